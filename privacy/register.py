"""The register of personal data: every column of every table is named here, or a test fails.

`PERSONAL` says for what purpose a column holds data of people; `PLAIN` names the columns that hold none.
The privacy page shows the purposes; `python -m scripts.personal_data` writes the tables of docs/personal-data.md.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Removal(StrEnum):
    """What takes the data out."""

    EDITION = "edition"  # removing the persons of an edition
    ACCOUNT = "account"  # closing the account, or the last edition its owner took part in
    CONSENT = "consent"  # withdrawing the consent
    KEPT = "kept"  # nothing: part of the proof of the results


@dataclass(frozen=True, slots=True)
class Purpose:
    """A line of the register, as the privacy page shows it. `basis` is a proposal: the operator answers for it."""

    data: str | Promise
    why: str | Promise
    basis: str | Promise
    until: str | Promise
    seen_by: str | Promise
    removal: Removal


INTEREST = _("legitimate interest in running the contest, Article 6(1)(f)")

ACCOUNT = "account"
SIGN_IN = "sign-in"
UNSAVED = "unsaved text"
AUTHOR = "author"
CONTACT = "contact"
DOCUMENT = "document"
LETTER = "letter"
IMPARTIALITY = "impartiality"
MAIL = "mail"
PUBLISHED = "published contact"
RECORD = "record"
ADMIN = "admin log"

PURPOSES: dict[str, Purpose] = {
    ACCOUNT: Purpose(
        _("Account: first and last name, e-mail address, language, units and position"),
        _("to file an entry for the unit, review or score it, and to send messages about it"),
        INTEREST,
        _("until the account is closed; an account not used for a year goes with the last edition it took part in"),
        _("the person, members of their unit, organisers; jurors of one edition see one another"),
        Removal.ACCOUNT,
    ),
    SIGN_IN: Purpose(
        _("Signing in: digest of the password, second step, confirmed addresses, sessions, last sign-in"),
        _("to let in the owner of the account and nobody else"),
        INTEREST,
        _("until the account is closed; a session for 12 hours from its last use"),
        _("nobody; administrators see when the person last signed in"),
        Removal.ACCOUNT,
    ),
    UNSAVED: Purpose(
        _("Text of a form that arrived after its session had ended"),
        _("to fill the form in again for its writer, so that nothing written is lost"),
        INTEREST,
        _("until it is saved, at most an hour; the browser’s own copy until it is saved, signing out or seven days"),
        _("the writer alone, in the browser that sent it"),
        Removal.ACCOUNT,
    ),
    CONTACT: Purpose(
        _("Contact person of an entry: name, position, phone, e-mail"),
        _("to ask about the entry and to agree on a visit"),
        INTEREST,
        _("until the end of the edition’s retention, shown on its page"),
        _("members of the unit, organisers, jurors assigned to the entry"),
        Removal.EDITION,
    ),
    DOCUMENT: Purpose(
        _("Documents sent with an entry and their names, such as the signed declaration"),
        _("to prove that the entry was signed by an authorised person and is complete"),
        INTEREST,
        _("until the end of the edition’s retention; files published with a practice stay with it"),
        _("members of the unit, organisers, jurors assigned to the entry"),
        Removal.EDITION,
    ),
    LETTER: Purpose(
        _("Notes of the formal review, calls for completion, appeals"),
        _("to settle the formal review"),
        INTEREST,
        _("until the end of the edition’s retention"),
        _("members of the unit, organisers"),
        Removal.EDITION,
    ),
    IMPARTIALITY: Purpose(
        _("Jurors: unit of work and of home, grounds of recusals, findings of visits"),
        _("to appoint the jury and keep jurors away from entries close to them"),
        INTEREST,
        _("until the end of the edition’s retention"),
        _("the juror, organisers, the chair of the jury"),
        Removal.EDITION,
    ),
    MAIL: Purpose(
        _("Messages sent: recipient, subject, text"),
        _("to prove what was said to whom and to send again what did not arrive"),
        INTEREST,
        _("until the end of the edition’s retention or the closing of the account; links for signing in until sent"),
        _("organisers and auditors; links for signing in nobody"),
        Removal.EDITION,
    ),
    PUBLISHED: Purpose(
        _("Contact person of a published practice: name, position, phone, e-mail"),
        _("publication with the practice, so that others can ask"),
        _("consent of that person, Article 6(1)(a), separate and withdrawable at any time"),
        _("until the consent is withdrawn or the practice is taken down"),
        _("everybody"),
        Removal.CONSENT,
    ),
    RECORD: Purpose(
        _("Minutes of jury sessions, opinions and justifications, reasons of decisions"),
        _("to prove that results followed from the rules"),
        INTEREST,
        _("with the results; when a person’s account is removed, their authors become numbers"),
        _("organisers, auditors, the jury; published justifications everybody"),
        Removal.KEPT,
    ),
    AUTHOR: Purpose(
        _("Journal and authors of records: the number of the account that did something"),
        _("to prove that the contest was run by its rules"),
        INTEREST,
        _("with the results; once the account is removed the number leads to nobody"),
        _("organisers, auditors"),
        Removal.KEPT,
    ),
    ADMIN: Purpose(
        _("Log of the administrator’s panel: who changed what, with the name of the changed object"),
        _("to trace changes made there"),
        INTEREST,
        _("names until the account they name is removed"),
        _("administrators"),
        Removal.ACCOUNT,
    ),
}


def _each(purpose: str, columns: str) -> dict[str, str]:
    return dict.fromkeys(columns.split(), purpose)


PERSONAL: dict[str, dict[str, str]] = {
    "sessions.Session": _each(SIGN_IN, "session_data"),
    "admin.LogEntry": _each(ADMIN, "object_repr change_message") | _each(AUTHOR, "user"),
    "account.EmailAddress": _each(SIGN_IN, "user email"),
    "account.EmailConfirmation": _each(SIGN_IN, "email_address key"),
    "mfa.Authenticator": _each(SIGN_IN, "user data created_at last_used_at"),
    "common.JournalEntry": _each(AUTHOR, "actor_id"),
    "notifications.OutboxMessage": _each(MAIL, "recipient context subject text html last_error"),
    "accounts.User_groups": _each(ACCOUNT, "user"),
    "accounts.User_user_permissions": _each(ACCOUNT, "user"),
    "accounts.User": _each(ACCOUNT, "email full_name language date_joined") | _each(SIGN_IN, "password last_login"),
    "accounts.ParkedForm": _each(UNSAVED, "user values"),
    "accounts.StaffRole": _each(ACCOUNT, "user"),
    "accounts.Membership": _each(ACCOUNT, "user position reason") | _each(AUTHOR, "decided_by"),
    "contest.Edition": _each(AUTHOR, "created_by"),
    "contest.JuryMember": _each(AUTHOR, "user") | _each(IMPARTIALITY, "employer residence"),
    "contest.RulesVersion": _each(AUTHOR, "published_by"),
    "contest.RemovedRow": _each(AUTHOR, "removed_by") | _each(IMPARTIALITY, "person values"),
    "applications.Application": _each(CONTACT, "contact_name contact_position contact_phone contact_email")
    | _each(AUTHOR, "created_by")
    | _each(RECORD, "decision_reason"),
    "applications.ApplicationVersion": _each(CONTACT, "content") | _each(AUTHOR, "submitted_by"),
    "applications.Attachment": _each(DOCUMENT, "file name description") | _each(AUTHOR, "uploaded_by"),
    "applications.Rendition": _each(DOCUMENT, "file"),
    "applications.EligibilityCheck": _each(LETTER, "note") | _each(AUTHOR, "checked_by"),
    "applications.CompletionRequest": _each(LETTER, "points message") | _each(AUTHOR, "requested_by"),
    "applications.Appeal": _each(LETTER, "text reason") | _each(AUTHOR, "filed_by decided_by"),
    "jury.Assignment": _each(IMPARTIALITY, "juror_employer juror_residence") | _each(AUTHOR, "juror assigned_by"),
    "jury.ImpartialityDeclaration": _each(IMPARTIALITY, "ground"),
    "jury.ScoreSheet": _each(RECORD, "summary"),
    "jury.Score": _each(RECORD, "justification"),
    "jury.ScoreSheetVersion": _each(RECORD, "content"),
    "jury.ScoringRound": _each(AUTHOR, "closed_by") | _each(RECORD, "superseded_reason shortlist_reason"),
    "jury.SiteVisit_visitors": _each(AUTHOR, "jurymember"),
    "jury.SiteVisit": _each(IMPARTIALITY, "findings") | _each(AUTHOR, "recorded_by visitors"),
    "awards.JurySession_attendees": _each(AUTHOR, "jurymember"),
    "awards.JurySession": _each(RECORD, "minutes") | _each(AUTHOR, "attendees created_by"),
    "awards.Decision": _each(RECORD, "justification justification_en") | _each(AUTHOR, "decided_by"),
    "awards.DecisionDraft": _each(RECORD, "justification justification_en") | _each(AUTHOR, "saved_by"),
    "awards.Certificate": _each(DOCUMENT, "facts file") | _each(RECORD, "replaced_reason revoked_reason"),
    "awards.Announcement": _each(AUTHOR, "announced_by"),
    "practices.Practice": _each(RECORD, "justification justification_en withdrawn_reason"),
    "practices.PracticeVersion": _each(RECORD, "content") | _each(AUTHOR, "made_by"),
    "practices.PracticeContact": _each(PUBLISHED, "name position phone email consented_at"),
    "privacy.FileRemoval": _each(DOCUMENT, "file"),
}

# Texts about a practice are the unit's own description; its phone and e-mail are those of the office.
PLAIN: dict[str, str] = {
    "auth.Permission": "id name content_type codename",
    "auth.Group": "id name permissions",
    "auth.Group_permissions": "id group permission",
    "contenttypes.ContentType": "id app_label model",
    "sessions.Session": "session_key expire_date",
    "admin.LogEntry": "id action_time content_type object_id action_flag",
    "account.EmailAddress": "id verified primary",
    "account.EmailConfirmation": "id created sent",
    "mfa.Authenticator": "id type",
    "common.JournalEntry": "id happened_at action target_type target_id edition_id data facts transaction_number",
    "common.JournalSeal": "sequence entry previous_hash entry_hash sealed_at format",
    "common.JournalEpoch": "number started_at reason set_made_at sealed_until base sealed_to last_known",
    "common.SigningKey": "id public_key valid_from previous handover self_made",
    "common.FileSignature": "sha256 signature key signed_at",
    "common.JournalCheckpoint": "number epoch size root made_at reason key note frontier",
    "common.PublicStamp": "id stamp",
    "common.EvidenceKey": "id key",
    "common.Verification": "id finished_at rows emptied seconds count differences",
    "common.TaskRun": "name succeeded_at failing_since error",
    "units.Voivodeship": "code name",
    "units.Unit": "id code kind name voivodeship county search_text sort_key register_date closed_on members",
    "units.Unit_members": "id from_unit to_unit",
    "units.UnitChange": "id unit name code kind search_text until",
    "units.RegisterImport": "id file_sha256 register_date imported_at added changed closed",
    "notifications.OutboxMessage": "id kind subject_key language edition_id rendered message_id status attempts due_at "
    "claim_token lease_until created_at sent_at",
    "accounts.User": "id is_superuser is_active is_staff is_demo groups user_permissions",
    "accounts.User_groups": "id group",
    "accounts.User_user_permissions": "id permission",
    "accounts.ParkedForm": "id browser address page with_files created_at",
    "accounts.StaffRole": "id role",
    "accounts.Membership": "id unit role status requested_at decided_at",
    "contest.Edition": "id phase slug year title title_en theme theme_en description description_en is_historical "
    "is_demo call_announced_on submission_deadline formal_review_until scoring_until visits_from visits_until "
    "decision_on announcement_on announced_at finalist_threshold third_juror_gap jurors_per_application "
    "months_in_operation entries_per_unit has_places locked_sha256 revision created_at retention_months "
    "persons_removed_at",
    "contest.Domain": "id edition name name_en position",
    "contest.ComparisonGroup": "id edition name name_en unit_kinds population_above population_up_to position",
    "contest.Criterion": "id edition code name name_en guidance guidance_en weight tie_break position",
    "contest.AttachmentRequirement": "id edition name name_en hint hint_en required position",
    "contest.JuryMember": "id edition role is_active",
    "contest.RemovedRow": "id edition section number name removed_at",
    "contest.RulesVersion": "id edition number canonical_json sha256 reason published_at",
    "applications.Application": "id state title abstract implemented_on context goals actions cost results integration "
    "difficulties advice tools indicators implementing_unit locality postal_code post_office phone email population "
    "accepts_rules data_notice_read licence_consent contact_consent edition unit domain group number revision form_key "
    "created_at updated_at submitted_at contact_withdrawn_at",
    "applications.ApplicationVersion": "id application number sha256 submitted_at",
    "applications.NumberSequence": "id edition last",
    "applications.Attachment": "id application requirement media_type size sha256 scan_status uploaded_at removed_at "
    "drawing page_count draw_attempts draw_due_at",
    "applications.Rendition": "id attachment page media_type width height size sha256",
    "applications.EligibilityCheck": "id version criterion met checked_at",
    "applications.CompletionRequest": "id application due_at requested_at answered_at",
    "applications.Appeal": "id application filed_at status decided_at",
    "jury.Assignment": "id application status is_third unit assigned_at",
    "jury.ImpartialityDeclaration": "id assignment is_impartial declared_at",
    "jury.ScoreSheet": "id assignment revision saved_at closed_at total",
    "jury.Score": "id sheet criterion points",
    "jury.ScoreSheetVersion": "id sheet revision sha256 saved_at",
    "jury.ScoringRound": "id edition number closed_at bundle sha256 superseded_at shortlisted_at",
    "jury.Result": "id round application total by_criterion sheet_count method place above_threshold",
    "jury.SiteVisit": "id application planned_on visited_on",
    "jury.SiteVisit_visitors": "id sitevisit",
    "awards.JurySession": "id edition number held_on place closed_at",
    "awards.JurySession_attendees": "id jurysession",
    "awards.Decision": "id session application kind place special_title decided_at",
    "awards.DecisionDraft": "id application kind place special_title saved_at",
    "awards.Award": "id edition application kind unit unit_name title domain group place ex_aequo special_title "
    "justification justification_en note source created_at",
    "awards.CertificateSequence": "id edition series last",
    "awards.Certificate": "id kind award version edition number code status attempts due_at claim_token lease_until "
    "build_key last_error sha256 created_at built_at replaced_at replaced_by revoked_at",
    "awards.ResultPackage": "id edition content sha256 made_at",
    "awards.Announcement": "id edition announced_at preview_sha256 counts figures",
    "practices.Practice": "id external_id section title slug abstract added_on unit unit_name unit_type locality "
    "county_name voivodeship postal_code post_office implementing_unit phone fax email population implemented_on "
    "context goals actions cost results integration difficulties advice indicators award edition_slug edition_title "
    "edition_title_en award_kind award_place award_title application_version provenance licence verified_on is_example "
    "contact_withdrawn_at withdrawn_at search_tokens updated_at",
    "practices.PracticeVersion": "id practice number sha256 reason made_at",
    "practices.PracticeTool": "id practice code",
    "practices.PracticeContact": "id practice",
    "practices.PracticeAttachment": "id practice source file name description media_type size sha256 withheld_at",
    "privacy.FileRemoval": "id requested_at",
}
