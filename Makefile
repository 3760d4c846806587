# make run: the service with demonstration data on one's own machine.  make test: the whole suite.
# Needs Python 3.11 or newer; everything else is brought by scripts/prepare.py.

PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
PY := .venv/bin/python
TEMPLATES = $$(git ls-files --cached --others --exclude-standard 'templates/*.html')

.PHONY: run test test-faults coverage mutation check format bench rush messages screenshots lock sbom

run:
	@$(PYTHON) scripts/prepare.py
	@$(PY) -m scripts.messages compile
	@DEMO=$(DEMO) $(PY) manage.py migrate --noinput -v0
	@DEMO=$(DEMO) $(PY) manage.py collectstatic --noinput -v0
	@if [ "$(DEMO)" = 1 ]; then DEMO=1 $(PY) manage.py demo; fi
	@DEMO=$(DEMO) PORT=$(PORT) exec $(PY) manage.py serve

test:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.run_tests $(ARGS)

# The catalogue of faults, one line a case with its figure (needs PostgreSQL and Redis).
test-faults:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.run_faults $(ARGS)

# Branch coverage: 95 % of all, 100 % of what decides, sends and seals.
coverage:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.measure_coverage

# Changes what decides, sends and seals line by line: which changes does no test notice? Takes hours; see mutants/.
mutation:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	.venv/bin/mutmut run --max-children 2
	.venv/bin/mutmut results

check:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	.venv/bin/djlint --lint --quiet templates
	$(PY) -m scripts.messages check

# Writes the files that are installed from (requirements.txt and its twin for tests) anew: everything the direct
# requirements bring, each with the digests of its files. Versions that stand are kept.
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras --custom-compile-command "make lock"
lock:
	@$(PYTHON) scripts/prepare.py --dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

# What the service is made of, for whoever must know (CycloneDX): var/sbom.json.
sbom:
	@$(PYTHON) scripts/prepare.py --dev
	.venv/bin/cyclonedx-py requirements requirements.txt --output-reproducible --of JSON -o var/sbom.json

format:
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	.venv/bin/djade --target-version 5.2 $(TEMPLATES)

bench:
	@$(PYTHON) scripts/prepare.py
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.bench

# The last ten minutes before a deadline with fifty applicants on real servers (needs PostgreSQL and redis-server).
rush:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.rush $(ARGS)

# Collects the texts of code and templates (needs gettext) and lists those without a translation.
messages:
	@$(PY) -m scripts.messages collect
	@$(PY) -m scripts.messages missing
	@$(PY) -m scripts.messages compile

# Pictures of README.md and the guides, from a demonstration of its own (needs Chromium).
screenshots:
	@$(PYTHON) scripts/prepare.py --dev
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.screenshots $(NAMES)
