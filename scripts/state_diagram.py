"""The state machines as Mermaid diagrams, read from the code into docs/ARCHITECTURE.md.

python -m scripts.state_diagram          writes the document
python -m scripts.state_diagram check    exit code 1 when the document is out of date
"""

import os
import sys
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "ARCHITECTURE.md"


def mermaid(model: type, field_name: str) -> str:
    """One line per transition; a transition from several states is one line each."""
    field = model._meta.get_field(field_name)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {field.default}"]
    order = [value for value, _label in field.choices]
    arrows = []
    for transition in field.get_all_transitions(model):
        targets = getattr(transition.target, "allowed_states", None) or [transition.target]
        arrows += [(str(transition.source), str(target), transition.name) for target in targets]
    for source, target, name in sorted(arrows, key=lambda arrow: (order.index(arrow[0]), order.index(arrow[1]))):
        lines.append(f"    {source} --> {target}: {name}")
    return "\n".join([*lines, "```"])


def replaced(text: str, name: str, diagram: str) -> str:
    """The document with the part between the markers of `name` replaced."""
    start, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
    head, found, rest = text.partition(start)
    if not found or end not in rest:
        raise SystemExit(f"{DOCUMENT.name} has no markers for {name}")
    return f"{head}{start}\n{diagram}\n{end}{rest.partition(end)[2]}"


def current(text: str) -> str:
    from applications.models import Application
    from contest.models import Edition

    text = replaced(text, "application states", mermaid(Application, "state"))
    return replaced(text, "edition phases", mermaid(Edition, "phase"))


def main(arguments: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    text = DOCUMENT.read_text()
    if arguments == ["check"]:
        if current(text) != text:
            sys.exit(f"{DOCUMENT.name} is out of date: run python -m scripts.state_diagram")
    elif not arguments:
        DOCUMENT.write_text(current(text))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
