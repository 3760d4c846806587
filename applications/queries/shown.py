"""What the pages of irreversible acts on an entry show and the acts rest on; read again under the lock (ADR 72)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import active_members
from applications.models import (
    Appeal,
    Application,
    ApplicationVersion,
    Attachment,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)
from applications.queries.acceptance import Candidates
from applications.queries.desk import visible_state
from applications.queries.reading import read_answer
from applications.sections import SECTIONS
from applications.snapshots import snapshot
from applications.workflow import State
from common.web.shown import Fact, irreversible
from contest.models import Edition


def contents_of(application: Application, files: Iterable[Attachment]) -> Iterator[Fact]:
    """Every answer and every file, as they would be frozen: both texts can be laid side by side."""
    content = snapshot(application, files)
    for section in SECTIONS:
        for name in section.fields:
            answer = read_answer(name, content.get(name))
            rows = "\n".join(_indicator(row) for row in answer.rows)
            yield Fact(name, answer.label, content.get(name), answer.text or rows)
    for item in content["attachments"]:
        words = f"{item['name']} ({item['description']})" if item["description"] else item["name"]
        value = [item["name"], item["description"], item["sha256"], item["requirement"]]
        yield Fact(f"file:{item['id']}", _("File"), value, words)


def _indicator(row: dict[str, str]) -> str:
    change = f"{row.get('before', '')} → {row.get('after', '')} {row.get('unit', '')}".strip()
    return f"{row.get('name', '')}: {change} ({row.get('year', '')})"


@irreversible("application.send")
def sending(application: Application, person: User, *, files: Sequence[Attachment]) -> Iterator[Fact]:
    """Sending an entry: its number and version are given for good."""
    yield from contents_of(application, files)


@irreversible("application.send_again")
def sending_again(
    application: Application, person: User, *, files: Sequence[Attachment], call: CompletionRequest | None
) -> Iterator[Fact]:
    """Sending it again answers one call for completion and no later one."""
    yield from contents_of(application, files)
    if call is not None:
        yield Fact("call", _("Call for completion"), call.pk, _moment(call.requested_at))


@irreversible("application.withdraw")
def withdrawing(application: Application, person: User) -> Iterator[Fact]:
    """What the applicant may know of the entry: never the jury's unpublished choices."""
    yield Fact("title", _("Title"), application.title)
    yield Fact("number", _("Number"), application.number or "")
    state = visible_state(application)
    yield Fact("state", _("State"), state, str(State(state).label))


@irreversible("application.appeal")
def appealing(application: Application, person: User) -> Iterator[Fact]:
    """An appeal is filed once, against one rejection and its reason."""
    state = visible_state(application)
    yield Fact("state", _("State"), state, str(State(state).label))
    yield Fact("reason", _("Reason of the rejection"), application.decision_reason)


@irreversible("application.withdraw_contact")
def withdrawing_contact(application: Application, person: User) -> Iterator[Fact]:
    """The consent to publish one named person."""
    yield Fact("consent", _("Consent to publish the contact person"), application.contact_consent, _yes(application))
    yield Fact("person", _("Contact person"), application.contact_name)


def _review(
    application: Application, version: ApplicationVersion, checks: Iterable[EligibilityCheck]
) -> Iterator[Fact]:
    yield Fact("state", _("State"), str(application.state), str(State(application.state).label))
    yield Fact("version", _("Version"), version.number)
    for check in checks:
        met = _("met") if check.met else _("not met")
        words = f"{met}: {check.note}" if check.note else met
        label = str(FormalCriterion(check.criterion).label)
        yield Fact(f"check:{check.criterion}", label, [check.met, check.note], words)
    told = sorted(member.user.email for member in active_members([application.unit_id]))
    yield Fact("told", _("Who is told by e-mail"), told, ", ".join(told))


def _due(call: CompletionRequest | None) -> Iterator[Fact]:
    if call is not None:
        yield Fact("due", _("Call for completion until"), [call.pk, call.due_at], _moment(call.due_at))


@irreversible("application.accept")
def accepting(
    application: Application, person: User, *, version: ApplicationVersion, checks: Iterable[EligibilityCheck]
) -> Iterator[Fact]:
    yield from _review(application, version, checks)


@irreversible("application.request_completion")
def calling(
    application: Application, person: User, *, version: ApplicationVersion, checks: Iterable[EligibilityCheck]
) -> Iterator[Fact]:
    yield from _review(application, version, checks)


@irreversible("application.reject")
def rejecting(
    application: Application,
    person: User,
    *,
    version: ApplicationVersion,
    checks: Iterable[EligibilityCheck],
    call: CompletionRequest | None,
) -> Iterator[Fact]:
    yield from _review(application, version, checks)
    yield from _due(call)


@irreversible("application.extend_completion")
def extending(application: Application, person: User, *, call: CompletionRequest | None) -> Iterator[Fact]:
    """The date only moves later, and each move writes to the unit."""
    yield from _due(call)


@irreversible("application.decide_appeal")
def deciding_appeal(application: Application, person: User, *, appeal: Appeal) -> Iterator[Fact]:
    yield Fact("state", _("State"), str(application.state), str(State(application.state).label))
    yield Fact("appeal", _("Appeal"), [appeal.pk, appeal.text], appeal.text)
    yield Fact("reason", _("Reason of the rejection"), application.decision_reason)


@irreversible("application.accept_many")
def accepting_many(edition: Edition, person: User, *, candidates: Candidates) -> Iterator[Fact]:
    """Exactly these entries in these versions."""
    for row in candidates.ready:
        value: list[Any] = [row.version_number, row.title]
        yield Fact(f"entry:{row.pk}", row.number, value, f"{row.unit_name}: {row.title}")


def _moment(moment: Any) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def _yes(application: Application) -> str:
    return _("yes") if application.contact_consent else _("no")
