"""The catalogue of faults on PostgreSQL and Redis: one line a case with its figure.

    python -m scripts.run_faults [options of pytest]

Servers that a test kills are its own; the rest happens in a test database on TEST_DATABASE_URL, as in `make test`.
"""

import sys

from scripts.run_tests import DATABASE_URL, REDIS_URL, REQUIRED, postgres_version, redis_version, run


def main(options: list[str]) -> int:
    postgres, broker = postgres_version(), redis_version()
    print(f"PostgreSQL: {postgres or 'not here'}\nRedis: {broker or 'not here'}", flush=True)
    if not (postgres and broker):
        print("The catalogue of faults needs PostgreSQL and Redis: NOT RUN", flush=True)
        return 1 if REQUIRED else 0
    settings = {"TEST_DATABASE_URL": DATABASE_URL, "TEST_REDIS_URL": REDIS_URL}
    return run("Faults", ["-m", "case or slow", "-rs", *options], **settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
