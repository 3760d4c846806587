"""Every released version whose databases are out in the world. A release adds a line, and seeds/<version>.json.

The seed is made on the code of that release by `python -m scripts.release_seed <version>`: the leaf nodes of its
migrations, the digests of the files, and rows in every table. It is never made again.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parent / "seeds"

RELEASES = ("0.1.0",)

# What a later migration took away or filled anew on purpose: "table.column" → why nothing is lost.
GONE: dict[str, str] = {}


@cache
def seed_of(version: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SEEDS / f"{version}.json").read_text(encoding="utf-8"))
    return content
