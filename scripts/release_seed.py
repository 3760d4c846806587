"""What the test of upgrades keeps of a release: its schema, its migrations' digests, and rows in every table.

    DATABASE_URL=sqlite:////tmp/seed.sqlite3 EMAIL_URL=dummymail:// DEMO=1 python -m scripts.release_seed 0.2.0

Run once on the code of a release, on a new database: the demonstration is loaded, the tables that it leaves
empty get a row, and tests/faults/seeds/<version>.json is written. Then add the version to tests/faults/released.py.
"""

import hashlib
import json
import os
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "tests" / "faults" / "seeds"


def main(version: str) -> None:
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.utils import timezone

    from awards.services import build_due
    from common.sealing import seal_entries
    from notifications.services import deliver_due
    from portal.demo.loader import load_demo

    call_command("migrate", verbosity=0)
    load_demo(timezone.localdate())
    fill_the_rest()
    deliver_due()  # mail in every state: what the diplomas below announce stays waiting
    build_due()
    seal_entries()
    thin_out()
    loader = MigrationLoader(connection)
    seed = {
        "made_at": timezone.now().isoformat(),
        "nodes": dict(sorted(loader.graph.leaf_nodes())),
        "migrations": {
            str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(ROOT.glob("*/migrations/[0-9]*.py"))
        },
        "tables": {model._meta.label: rows_of(model) for model in apps.get_models(include_auto_created=True)},
    }
    empty = [label for label, rows in seed["tables"].items() if not rows["rows"]]
    if empty:
        sys.exit(f"No row in {', '.join(empty)}: add one in fill_the_rest().")
    target = SEEDS / f"{version}.json"
    target.write_text(as_text(seed), encoding="utf-8")
    print(f"{target} was written.")


def fill_the_rest() -> None:
    """A row in each table that the demonstration does not use."""
    from allauth.account.models import EmailAddress, EmailConfirmation
    from allauth.mfa.models import Authenticator
    from django.contrib.admin.models import ADDITION, LogEntry
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from accounts.models import User
    from practices.models import Practice, PracticeAttachment
    from units.models import Unit, UnitChange

    if Session.objects.exists():
        return
    now = timezone.now()
    user = User.objects.order_by("pk").first()
    User.objects.update(password="!")
    group = Group.objects.create(name="Grupa przykładowa")
    permission = Permission.objects.order_by("pk").first()
    group.permissions.add(permission)
    user.groups.add(group)
    user.user_permissions.add(permission)
    Session.objects.create(session_key="s" * 32, session_data="e30", expire_date=now + timedelta(days=1))
    EmailConfirmation.objects.create(
        email_address=EmailAddress.objects.order_by("pk").first(), created=now, sent=now, key="k" * 64
    )
    Authenticator.objects.create(user=user, type="totp", data={"secret": "PRZYKLAD"}, created_at=now)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr="ąćęłńóśźż",
        action_flag=ADDITION,
        change_message="[]",
    )
    first, second = Unit.objects.order_by("pk")[:2]
    first.members.add(second)
    UnitChange.objects.create(
        unit=first, name="Dawna Nazwa", code="0299999", kind=first.kind, search_text="dawna nazwa", until=now.date()
    )
    content = b"%PDF-1.4"
    PracticeAttachment.objects.create(
        practice=Practice.objects.order_by("pk").first(),
        file="attachments/seed",
        name="regulamin.pdf",
        media_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def thin_out() -> None:
    """One mail of each kind and state is enough, and their texts are long."""
    from notifications.models import OutboxMessage

    kept: dict[tuple[str, str], int] = {}
    for pk, kind, status in OutboxMessage.objects.order_by("pk").values_list("pk", "kind", "status"):
        kept.setdefault((kind, status), pk)
    OutboxMessage.objects.exclude(pk__in=kept.values()).delete()


def rows_of(model: Any) -> dict[str, Any]:
    columns = [field.attname for field in model._meta.concrete_fields]
    return {"columns": columns, "rows": list(model._base_manager.order_by("pk").values_list(*columns))}


def as_text(seed: dict[str, Any]) -> str:
    """JSON with a row a line."""

    def spelt(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, default=_plain)

    tables = []
    for label, content in sorted(seed.pop("tables").items()):
        rows = ",\n".join(spelt(row) for row in content["rows"])
        tables.append(f'{spelt(label)}: {{"columns": {spelt(content["columns"])}, "rows": [\n{rows}\n]}}')
    head = json.dumps(seed, indent=1)
    return head.removesuffix("\n}") + ',\n "tables": {\n' + ",\n".join(tables) + "\n}}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(*sys.argv[1:])
