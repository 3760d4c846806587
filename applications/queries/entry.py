"""One entry as an organiser reads it: what was sent, what was found, what happened."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import (
    CORRECTABLE,
    Appeal,
    AppealStatus,
    Application,
    ApplicationVersion,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)
from applications.queries.hints import Hint, field_label, hints_for, named
from applications.queries.listing import sent_entries
from applications.queries.renditions import ShownFile, shown_files
from applications.sections import SECTIONS
from applications.workflow import State
from common.deadlines import in_time
from common.taxonomy import TOOL_BY_CODE
from contest.models import AttachmentRequirement, ComparisonGroup


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of the entry; `changed`: not what the version before said."""

    label: str
    text: str
    long: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class File:
    pk: int
    name: str
    description: str
    requirement: str
    size: int
    shown: ShownFile | None


@dataclass(frozen=True, slots=True)
class ReadSection:
    title: str
    answers: list[Answer]
    indicators: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A call for completion with its points in words."""

    requested_at: datetime
    answered_at: datetime | None
    message: str
    points: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A formal criterion: what the data says, what an officer found, what was found before."""

    code: str
    label: str
    correctable: bool
    hint: Hint
    check: EligibilityCheck | None
    earlier: EligibilityCheck | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One submitted version with everything that belongs to it."""

    application: Application
    version: ApplicationVersion
    versions: list[ApplicationVersion]
    title: str
    domain: str
    group: str
    sections: list[ReadSection]
    files: list[File]
    missing_files: list[str]
    rows: list[Row]
    open_request: CompletionRequest | None
    calls: list[Call]
    appeals: list[Appeal]
    unmet: list[Row] = field(default_factory=list)

    @property
    def is_newest(self) -> bool:
        return self.version.pk == self.versions[-1].pk

    @property
    def checked(self) -> int:
        return sum(1 for row in self.rows if row.check)

    @property
    def is_complete(self) -> bool:
        return self.checked == len(self.rows)

    @property
    def group_hint(self) -> Hint:
        return next(row.hint for row in self.rows if row.code == FormalCriterion.ELIGIBLE_UNIT)

    @property
    def open_appeal(self) -> Appeal | None:
        return next((appeal for appeal in self.appeals if appeal.status == AppealStatus.OPEN), None)

    def is_overdue(self, now: datetime) -> bool:
        return self.open_request is not None and not in_time(now, self.open_request.due_at)

    def decision(self, now: datetime) -> str:
        """The one next step that the state and the findings call for; empty when it is somebody else's turn."""
        state = self.application.state
        if state == State.INELIGIBLE and self.open_appeal:
            return "decide_appeal"
        if state == State.RETURNED:
            return "overdue" if self.is_overdue(now) else ""
        if state != State.SUBMITTED:
            return ""
        if not self.is_complete:
            return "review"
        if not self.unmet:
            return "accept"
        return "request_completion" if all(row.correctable for row in self.unmet) else "reject"


def sent_entry(user: User, pk: int) -> Application:
    """The entry, if this person reads entries and it was ever sent; else 404."""
    related = ("edition", "unit__county", "unit__voivodeship", "group")
    return get_object_or_404(sent_entries(user).select_related(*related), pk=pk)


def read_entry(application: Application, version_number: int | None = None) -> Reading:
    """A version (the newest unless told otherwise) with findings, hints and files; 404 for one that does not exist."""
    versions = list(application.versions.select_related("submitted_by").order_by("number"))
    if version_number is None:
        version_number = versions[-1].number if versions else 0
    version = next((item for item in versions if item.number == version_number), None)
    if version is None:
        raise Http404
    before = next((item for item in reversed(versions) if item.number < version.number), None)
    requirements = list(AttachmentRequirement.objects.filter(edition=application.edition))
    requests = list(application.completion_requests.order_by("-id"))
    rows = _rows(application, version, versions, before, requirements, requests)
    content = version.content
    shown = shown_files(
        application.pk,
        [item["id"] for item in content.get("attachments", [])],
        lambda file, page: reverse("applications:attachment_page", args=[file, page]),
    )
    names = {requirement.pk: str(requirement) for requirement in requirements}
    attached = {item.get("requirement") for item in content.get("attachments", [])}
    return Reading(
        application=application,
        version=version,
        versions=versions,
        title=content.get("title") or application.title,
        domain=named(content.get("domain")),
        group=named(content.get("group")),
        sections=_sections(content, before.content if before else None),
        files=[
            File(
                pk=item["id"],
                name=item["name"],
                description=item.get("description", ""),
                requirement=names.get(item.get("requirement"), ""),
                size=item.get("size", 0),
                shown=shown.get(item["id"]),
            )
            for item in content.get("attachments", [])
        ],
        missing_files=[str(item) for item in requirements if item.required and item.pk not in attached],
        rows=rows,
        open_request=next((request for request in requests if request.answered_at is None), None)
        if application.state == State.RETURNED
        else None,
        calls=[_call(request) for request in requests],
        appeals=list(application.appeals.select_related("decided_by").order_by("-id")),
        unmet=[row for row in rows if row.check and not row.check.met],
    )


def _rows(
    application: Application,
    version: ApplicationVersion,
    versions: list[ApplicationVersion],
    before: ApplicationVersion | None,
    requirements: list[AttachmentRequirement],
    requests: list[CompletionRequest],
) -> list[Row]:
    group_id = (version.content.get("group") or {}).get("id")
    group = application.group  # the entry's own but for an earlier version
    if group_id != application.group_id:
        group = ComparisonGroup.objects.filter(pk=group_id or 0).first()
    hints = hints_for(
        application=application,
        version=version,
        first_submitted_at=versions[0].submitted_at,
        group=group,
        requirements=requirements,
        answered=_answered_by(version, before, requests),
    )
    checks = EligibilityCheck.objects.filter(version__in=[item for item in (version, before) if item])
    found = {(check.version_id, check.criterion): check for check in checks.select_related("checked_by")}
    return [
        Row(
            code=criterion.value,
            label=str(criterion.label),
            correctable=criterion in CORRECTABLE,
            hint=hints[criterion],
            check=found.get((version.pk, criterion.value)),
            earlier=found.get((before.pk, criterion.value)) if before else None,
        )
        for criterion in FormalCriterion
    ]


def _call(request: CompletionRequest) -> Call:
    return Call(
        requested_at=request.requested_at,
        answered_at=request.answered_at,
        message=request.message,
        points=[
            {"label": str(FormalCriterion(point["criterion"]).label), "note": point["note"]} for point in request.points
        ],
    )


def _answered_by(
    version: ApplicationVersion, before: ApplicationVersion | None, requests: list[CompletionRequest]
) -> CompletionRequest | None:
    """The newest call sent between the version before and this one."""
    if before is None:
        return None
    return next((item for item in requests if before.submitted_at <= item.requested_at <= version.submitted_at), None)


def _sections(content: dict[str, Any], before: dict[str, Any] | None) -> list[ReadSection]:
    return [
        ReadSection(
            title=str(section.title),
            answers=[
                Answer(
                    label=field_label(name),
                    text=in_words(name, content.get(name)),
                    long=isinstance(content.get(name), str) and len(content[name]) > 120,
                    changed=before is not None and before.get(name) != content.get(name),
                )
                for name in section.fields
                if name != "indicators"
            ],
            indicators=content.get("indicators") or [] if "indicators" in section.fields else [],
        )
        for section in SECTIONS
    ]


def in_words(name: str, value: Any) -> str:
    """A field of a snapshot as people write it; empty when nothing was said (a population of 0 is unknown)."""
    if name in ("domain", "group"):
        return named(value)
    if name == "tools":
        return ", ".join(str(TOOL_BY_CODE.get(code, code)) for code in value or [])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "implemented_on" and value:
        day = parse_date(value)
        return date_format(day, "DATE_FORMAT") if day else str(value)
    if name == "population" and value:
        return number_format(value, use_l10n=True, force_grouping=True)
    return str(value or "")
