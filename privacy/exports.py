"""A copy of one's own data (Article 15 of the GDPR), as JSON values. Nobody else's, and nothing under embargo."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application
from applications.workflow import public_state
from contest.journal_words import action_words, object_words
from contest.models import JuryMember
from jury.models import Assignment
from notifications.kinds import is_secret, kind_label
from notifications.models import OutboxMessage
from practices.models import PracticeContact
from privacy.queries import copies as rows
from privacy.queries.editions import CONTACT_FIELDS
from privacy.queries.people import published_contacts

FORMAT = "slz-personal-data/1"
# Mail that tells an officer or a signatory about somebody else.
ABOUT_OTHERS = ("membership_requested",)


def copy_of(user: User) -> dict[str, Any]:
    """Everything held about this person, by purpose. The caller is that person."""
    addresses = rows.addresses(user)
    confirmed = [row.email.lower() for row in addresses if row.verified]
    return {
        "format": FORMAT,
        "made_at": _iso(timezone.now()),
        "account": {
            "number": user.pk,
            "email": user.email,
            "full_name": user.full_name,
            "language": user.language,
            "registered_at": _iso(user.date_joined),
            "last_sign_in_at": _iso(user.last_login),
        },
        "sign_in_addresses": [row.email for row in addresses],
        "second_factor": [
            {"type": row.type, "created_at": _iso(row.created_at), "last_used_at": _iso(row.last_used_at)}
            for row in rows.second_factors(user)
        ],
        "roles": sorted(user.roles),
        "memberships": [
            {
                "unit": row.unit.official_name,
                "unit_code": row.unit.code,
                "role": row.role,
                "status": row.status,
                "position": row.position,
                "requested_at": _iso(row.requested_at),
                "decided_at": _iso(row.decided_at),
                "reason": row.reason,
            }
            for row in rows.memberships(user)
        ],
        "entries": [_entry(entry, user, confirmed) for entry in rows.entries(user)],
        "uploaded_files": [
            {
                "name": row.name,
                "description": row.description,
                "media_type": row.media_type,
                "size": row.size,
                "sha256": row.sha256,
                "uploaded_at": _iso(row.uploaded_at),
            }
            for row in rows.uploaded_files(user)
        ],
        "jury": [_seat(seat) for seat in rows.seats(user)],
        "published_as_contact": [_published(row) for row in published_contacts(confirmed)] if confirmed else [],
        "mail": [_mail(row) for row in rows.mail(confirmed)],
        "acts": [
            {
                "at": _iso(row.happened_at),
                "act": action_words(row.action),
                "object": f"{object_words(row.target_type)} {row.target_id}",
            }
            for row in rows.acts(user).iterator()
        ],
    }


def _entry(entry: Application, user: User, confirmed: list[str]) -> dict[str, Any]:
    """What the person themselves sent. What others wrote into the entry later is theirs, not this person's."""
    return {
        "number": entry.number,
        "edition": entry.edition.title,
        "unit": entry.unit.official_name,
        "title": entry.title,
        "begun_by_me": entry.created_by_id == user.pk,
        "created_at": _iso(entry.created_at),
        "state": public_state(entry.state, announced=entry.edition.announced_at is not None),
        "sent_by_me": [
            {
                "version": version.number,
                "sent_at": _iso(version.submitted_at),
                "sha256": version.sha256,
                "content": _without_others(version.content, confirmed),
            }
            for version in entry.versions.all()
            if version.submitted_by_id == user.pk
        ],
    }


def _without_others(content: dict[str, Any], confirmed: list[str]) -> dict[str, Any]:
    """A contact person who is somebody else is left out."""
    if str(content.get("contact_email") or "").lower() in confirmed:
        return content
    return {name: value for name, value in content.items() if name not in CONTACT_FIELDS}


def _seat(seat: JuryMember) -> dict[str, Any]:
    return {
        "edition": seat.edition.title,
        "role": seat.role,
        "active": seat.is_active,
        "works_for": seat.employer.official_name if seat.employer else "",
        "lives_in": seat.residence.official_name if seat.residence else "",
        "assignments": [_assignment(row) for row in rows.assignments(seat)],
    }


def _assignment(row: Assignment) -> dict[str, Any]:
    """The juror's own declaration and sheet; never the points of others, totals or places."""
    declaration = getattr(row, "declaration", None)
    sheet = getattr(row, "sheet", None)
    return {
        "entry": row.application.number,
        "status": row.status,
        "assigned_at": _iso(row.assigned_at),
        "declared_at": _iso(declaration.declared_at) if declaration else None,
        "ground_of_recusal": declaration.ground if declaration else "",
        "sheet": {
            "opinion": sheet.summary,
            "saved_at": _iso(sheet.saved_at),
            "closed_at": _iso(sheet.closed_at),
            "scores": [
                {
                    "criterion": score.criterion.name,
                    "points": score.points,
                    "justification": score.justification,
                }
                for score in sheet.scores.all()
            ],
        }
        if sheet
        else None,
    }


def _published(row: PracticeContact) -> dict[str, Any]:
    return {
        "practice": row.practice.title,
        "name": row.name,
        "position": row.position,
        "phone": row.phone,
        "email": row.email,
        "consented_at": _iso(row.consented_at),
    }


def _mail(row: OutboxMessage) -> dict[str, Any]:
    """Links that act for their reader are left out, and what an organiser was told about other people."""
    withheld = is_secret(row.kind) or row.kind in ABOUT_OTHERS
    return {
        "kind": kind_label(row.kind),
        "written_at": _iso(row.created_at),
        "sent_at": _iso(row.sent_at),
        "subject": "" if withheld else row.subject,
        "text": "" if withheld else row.text,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
