"""What the service says at other moments, in a process that lives in another time zone; test_time.py runs this.

    TZ=America/New_York python -m tests.faults.clock PLAN

PLAN is a JSON list of acts: the moment (ISO, with its offset) at which it happens, the number of an edition, and
"submit": entry with "actor": person, or "remind": 1, or "dates": 1. What came of each is printed as a JSON list.
Only the clock is moved (time_machine), all else is the service's own.
"""

import json
import sys
from datetime import datetime
from typing import Any

import django
import time_machine

django.setup()

from accounts.models import User  # noqa: E402 — needs the settings made ready above
from applications.services.submission import submit_application  # noqa: E402
from applications.tasks import send_deadline_reminders  # noqa: E402
from common.errors import Conflict  # noqa: E402
from common.templatetags.ui import calendar_stops  # noqa: E402
from contest.models import Edition  # noqa: E402
from notifications.models import OutboxMessage  # noqa: E402
from notifications.templatetags.mail import when  # noqa: E402


def carry_out(act: dict[str, Any]) -> Any:
    edition = Edition.objects.get(pk=act["edition"])
    with time_machine.travel(datetime.fromisoformat(act["at"]), tick=False):
        if "submit" in act:
            actor = User.objects.get(pk=act["actor"])
            try:
                return submit_application(actor=actor, application_id=act["submit"]).submitted_at.isoformat()
            except Conflict:
                return "late"
        if "remind" in act:
            send_deadline_reminders()
            return OutboxMessage.objects.filter(kind="deadline_reminder", edition_id=edition.pk).count()
        stops = [stop.date for stop in calendar_stops(edition)]
        return [*stops, when(edition.submission_deadline)]


if __name__ == "__main__":
    print(json.dumps([carry_out(act) for act in json.loads(sys.argv[1])]))
