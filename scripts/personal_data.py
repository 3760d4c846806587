"""Write the tables of docs/personal-data.md from the register in privacy/register.py.

python -m scripts.personal_data
"""

import os
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "personal-data.md"
BEGIN, END = "<!-- register: generated -->", "<!-- register: end -->"


def tables() -> str:
    """Purposes, then the columns that serve each. Needs Django set up, in English."""
    from privacy.register import PERSONAL, PURPOSES

    lines = ["| data | what for | how long | who sees it | taken out by |", "|---|---|---|---|---|"]
    for purpose in PURPOSES.values():
        cells = (purpose.data, purpose.why, purpose.until, purpose.seen_by, purpose.removal)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    lines += ["", "| purpose | columns |", "|---|---|"]
    for name in PURPOSES:
        places = []
        for label, named in PERSONAL.items():
            if columns := [column for column, serves in named.items() if serves == name]:
                places.append(f"{label}: {', '.join(columns)}")
        lines.append(f"| {name} | {'<br>'.join(places)} |")
    return "\n".join(lines)


def written(document: str) -> str:
    """The document with fresh tables between its marks."""
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n{END}{rest.split(END)[1]}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.utils.translation import override

    django.setup()
    with override("en"):
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
