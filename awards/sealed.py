"""What is sealed of the jury's sessions, of awards, certificates and the published results."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from applications.models import Application
from applications.sealed import differing, newest_versions
from applications.workflow import State
from awards.facts import capitalised, roman
from awards.models import (
    Announcement,
    Award,
    Certificate,
    CertificateKind,
    Decision,
    JurySession,
    ResultPackage,
)
from awards.queries.announcement import TOLD
from common.kernel import evidence
from common.kernel.evidence import Check, Evidence
from common.kernel.notes import is_signature
from common.kernel.seals import Difference, Kind, NotAsSealed, differences, missing
from common.models import FileSignature
from contest.models import Edition
from contest.sealed import rules_are_as_published
from jury.models import ScoringRound, SiteVisit
from jury.sealed import NEVER_SENT, read_behind, results_differing
from units.models import Unit

EDITION = "contest.edition"
_SHARED = ("kind", "place", "special_title", "justification", "justification_en")


def _attendees(session: JurySession) -> dict[str, Any]:
    return {"attendees": sorted(member.pk for member in session.attendees.all())}


def _file(certificate: Certificate) -> dict[str, Any]:
    return {"has_file": bool(certificate.file)}


def _bytes(package: ResultPackage) -> dict[str, Any]:
    return {"content_sha256": hashlib.sha256(package.content.encode()).hexdigest()}


EVIDENCE = (
    Evidence(
        JurySession,
        columns=("edition_id", "number", "held_on", "place", "minutes", "closed_at"),
        anchors=(("awards.jurysession", "pk"),),
        who=("created_by_id",),
        format=2,
        parts=_attendees,
        prefetch=("attendees",),
        left_out={},
    ),
    Evidence(
        Decision,
        columns=("session_id", "application_id", *_SHARED, "decided_at"),
        anchors=(("awards.jurysession", "session_id"),),
        who=("decided_by_id",),
        format=2,
        left_out={},
    ),
    Evidence(
        Award,
        columns=(
            "edition_id", "application_id", *_SHARED, "unit_id", "unit_name", "title", "domain_id", "group_id",
            "ex_aequo", "note", "source",
        ),
        anchors=(("awards.award", "pk"), (EDITION, "edition_id")),
        left_out={"created_at": "the journal keeps when"},
    ),
    Evidence(
        Certificate,
        columns=(
            "kind", "award_id", "version_id", "edition_id", "number", "code", "facts", "sha256", "built_at",
            "replaced_at", "replaced_reason", "replaced_by_id", "revoked_at", "revoked_reason",
        ),
        anchors=(("awards.certificate", "pk"), ("awards.award", "award_id"), (EDITION, "edition_id")),
        parts=_file,
        emptied={"file": ""},
        left_out={
            "status": "work of the builder",
            "attempts": "work of the builder",
            "due_at": "work of the builder",
            "claim_token": "work of the builder",
            "lease_until": "work of the builder",
            "build_key": "work of the builder",
            "last_error": "work of the builder",
            "file": "where the bytes are; they are compared with the digest, and that there is a file is sealed",
            "created_at": "the journal keeps when",
        },
    ),
    Evidence(
        Announcement,
        columns=("edition_id", "announced_at", "preview_sha256", "figures"),
        anchors=((EDITION, "edition_id"),),
        who=("announced_by_id",),
        format=2,
        left_out={"counts": "counted from what is sealed"},
    ),
    Evidence(
        ResultPackage,
        columns=("edition_id", "sha256", "made_at"),
        anchors=((EDITION, "edition_id"),),
        parts=_bytes,
        left_out={"content": "its digest is sealed"},
    ),
)  # fmt: skip


def _awards() -> Iterator[str]:
    """Every award of an edition announced here says what the jury decided."""
    rows = Award.objects.filter(edition__is_historical=False).select_related("application__decision__session")
    for award in rows.order_by("pk").iterator(chunk_size=500):
        decision = getattr(award.application, "decision", None) if award.application else None
        if decision is None:
            yield f"awards.award {award.pk}: no decision of the jury stands behind it"
        elif decision.session.closed_at is None:
            yield f"awards.award {award.pk}: the session that decided is not closed"
        elif fields := [name for name in _SHARED if getattr(award, name) != getattr(decision, name)]:
            yield f"awards.award {award.pk}: differs from the decision of the jury in {', '.join(fields)}"


def _decisions() -> Iterator[str]:
    """A closed session moved its entries to what it decided."""
    rows = Decision.objects.filter(session__closed_at__isnull=False).select_related("application")
    for decision in rows.order_by("pk").iterator(chunk_size=500):
        if not _moved(decision):
            state = decision.application.state
            yield f"awards.decision {decision.pk}: the entry {decision.application_id} is in the state {state}"


def _moved(decision: Decision) -> bool:
    """Is the entry in the state that the jury decided? It may have left the contest since."""
    return decision.application.state in (decision.kind, State.DISQUALIFIED, State.WITHDRAWN)


def _certificates() -> Iterator[str]:
    rows = Certificate.objects.select_related("award__domain", "award__group", "version").order_by("pk")
    for certificate in rows.iterator(chunk_size=500):
        if fields := facts_differing(certificate):
            yield f"awards.certificate {certificate.pk}: its facts differ from what it is about in {', '.join(fields)}"


def facts_differing(certificate: Certificate) -> list[str]:
    """Facts of a certificate that are not those of its award or version. What a correction may change is left out."""
    facts = certificate.facts
    expected: dict[str, Any] = {"number": certificate.number, "code": certificate.code}
    if certificate.kind == CertificateKind.DIPLOMA and (award := certificate.award):
        expected |= {
            "award": str(award.kind),
            "place_roman": roman(award.place),
            "ex_aequo": award.ex_aequo,
            "domain": award.domain.name if award.domain else "",
            "group": award.group.name if award.group else "",
        }
        if not Certificate.objects.filter(replaced_by=certificate).exists():
            expected |= {
                "unit_name": capitalised(award.unit_name),
                "title": award.title,
                "special_title": award.special_title,
            }
    elif version := certificate.version:
        expected |= {"version": version.number, "content_sha256": version.sha256}
    return sorted(name for name, value in expected.items() if facts.get(name) != value)


def require_facts_as_sealed(certificate: Certificate) -> None:
    """A document is made only of facts that are what was sealed: its own, and those of the award or version behind it.

    Read anew: the builder may have waited. NotAsSealed names what differs.
    """
    rows = Certificate.objects.select_related("award__domain", "award__group", "version__application")
    fresh = rows.get(pk=certificate.pk)
    found = differences([fresh], [row for row in (fresh.award, fresh.version) if row is not None])
    if not found and (facts_differing(fresh) or fresh.facts != certificate.facts):
        found = [Difference(Kind.CHANGED, fresh._meta.label_lower, str(fresh.pk))]
    if found:
        raise NotAsSealed(found)


def what_announcing_rests_on(edition: Edition) -> list[Difference]:
    """What differs from its seal of all that an announcement publishes; empty when it may go on.

    The edition and its jury, the frozen round and the results beside it, sessions and decisions, every entry that
    was sent (who is said to have left the contest is told nothing), what jurors read, declared and saw on visits, and
    the units' names. A bounded number of statements, whatever the number of entries.
    """
    told = Application.objects.filter(edition=edition, state__in=TOLD)
    sent = Application.objects.filter(edition=edition).exclude(NEVER_SENT)
    entries = list(evidence.of(Application).sealed_of(sent))
    sessions = list(JurySession.objects.filter(edition=edition).prefetch_related("attendees"))
    decisions = list(Decision.objects.filter(session__edition=edition).select_related("application"))
    awarded = [decision.application_id for decision in decisions]
    versions = list(newest_versions().filter(application__in=awarded).select_related("application"))
    rounds = list(ScoringRound.objects.filter(edition=edition))
    units = Unit.objects.filter(applications__in=told).distinct()
    behind = read_behind(edition)
    behind[SiteVisit] = list(SiteVisit.objects.filter(application__edition=edition).prefetch_related("visitors"))
    found = differences(
        [edition], edition.jury.all(), edition.rules_versions.all(), entries, sessions, decisions, versions, rounds,
        units, *behind.values(),
    )  # fmt: skip
    found += missing(edition.pk, (JurySession, sessions), (Decision, decisions), *behind.items())
    changed = [(EDITION, edition.pk)] if not rules_are_as_published(edition) else []
    changed += [("applications.application", row.application_id) for row in versions if differing(row.application, row)]
    changed += [("jury.scoringround", row.pk) for row in rounds if row.superseded_at is None and results_differing(row)]
    changed += [("awards.decision", row.pk) for row in decisions if not _moved(row)]
    return found + [Difference(Kind.CHANGED, table, str(number)) for table, number in changed]


def _packages() -> Iterator[str]:
    signatures = {row.sha256: row for row in FileSignature.objects.select_related("key")}
    for package in ResultPackage.objects.order_by("pk"):
        content = package.content.encode()
        if hashlib.sha256(content).hexdigest() != package.sha256:
            yield f"awards.resultpackage {package.pk}: its bytes do not have its digest"
        signed = signatures.get(package.sha256)
        if signed and not is_signature(bytes.fromhex(signed.key.public_key), bytes.fromhex(signed.signature), content):
            yield f"awards.resultpackage {package.pk}: its signature is not over its bytes by the key {signed.key}"


def packages_to_sign() -> Iterator[bytes]:
    """The bytes of packages that have no signature yet; never of one that is not what the announcement sealed."""
    signed = FileSignature.objects.filter(sha256=OuterRef("sha256"))
    for package in ResultPackage.objects.filter(~Exists(signed)).order_by("pk"):
        if not differences([package]):
            yield package.content.encode()


CHECKS = (
    Check("awards and decisions", _awards),
    Check("decisions and entries", _decisions),
    Check("certificates and what they are about", _certificates),
    Check("result packages", _packages),
)
OTHER = {
    "awards.jurysession_attendees": "sealed with the session",
    "awards.decisiondraft": "what somebody is writing, no decision yet",
    "awards.certificatesequence": "the numbers given stand in sealed certificates",
}
