"""What the journal's codes mean, in words for the organiser.

The codes themselves are sealed and never change; every code the service writes has its words here.
"""

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.text import sort_key

ACTIONS: dict[str, str | Promise] = {
    "account.administrator_created": _("Administrator created from the command line"),
    "account.change": _("Details of an account changed"),
    "account.example": _("Example account made"),
    "account.email_changed": _("E-mail address of an account changed"),
    "account.email_confirm": _("E-mail address of an account confirmed"),
    "account.email_deleted": _("E-mail address of an account removed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("Password set anew by a link in mail"),
    "account.password_set": _("Password set"),
    "account.password_upgraded": _("Password stored in a newer way, unchanged"),
    "account.recovery_codes_generated": _("New recovery codes made"),
    "account.renamed": _("Name of a person changed"),
    "account.second_step_removed": _("Second step at sign-in removed by an administrator"),
    "account.sign_up": _("Account created"),
    "account.totp_activated": _("Second step at sign-in switched on"),
    "account.totp_deactivated": _("Second step at sign-in switched off"),
    "account.deactivate": _("Account switched off"),
    "account.reactivate": _("Account switched on again"),
    "account.copy_data": _("Copy of one's own data taken"),
    "account.remove": _("Account and its personal data removed"),
    "application.accept": _("Entry accepted on formal grounds"),
    "application.appeal": _("Appeal filed"),
    "application.attach": _("File added to an entry"),
    "application.award": _("Award given to an entry"),
    "application.check": _("Findings of the formal review saved"),
    "application.close_scoring": _("Scoring of an entry closed"),
    "application.decline": _("Entry not selected"),
    "application.detach": _("File removed from an entry"),
    "application.draw_file": _("Pages of a file drawn"),
    "application.remove_pages": _("Drawn pages of files removed with personal data"),
    "application.discard_file": _("Removed file deleted a day later"),
    "application.reattach": _("Removed file put back into an entry"),
    "application.dismiss_appeal": _("Appeal dismissed"),
    "application.disqualify": _("Entry disqualified"),
    "application.extend_completion": _("More time to complete an entry given"),
    "application.open_scoring": _("Scoring of an entry opened"),
    "application.reinstate": _("Appeal upheld, entry back in review"),
    "application.reject": _("Entry rejected on formal grounds"),
    "application.remove_persons": _("Personal data removed from a sent version"),
    "application.reopen_scoring": _("Scoring of an entry opened again"),
    "application.request_completion": _("Entry returned for completion"),
    "application.resubmit": _("Completed entry sent"),
    "application.shortlist": _("Entry chosen as a finalist"),
    "application.start": _("Draft of an entry started"),
    "application.submit": _("Entry sent"),
    "application.withhold_file": _("File withheld because of a virus"),
    "application.withdraw": _("Entry withdrawn by the unit"),
    "application.withdraw_contact": _("Contact person’s consent withdrawn before publication"),
    "award.import": _("Awards of a past edition imported"),
    "award.publish": _("Award published"),
    "certificate.build": _("File of a diploma made"),
    "certificate.issue": _("Diploma or confirmation issued"),
    "certificate.replace": _("Diploma replaced with a corrected one"),
    "certificate.retry": _("Making of diplomas tried again"),
    "certificate.revoke": _("Diploma revoked"),
    "decision.record": _("Decision of the jury recorded"),
    "decision.take_back": _("Decision of the jury taken back"),
    "edition.add_juror": _("Member added to the jury"),
    "edition.amend_rules": _("Amendment of the rules published"),
    "edition.announce": _("Edition marked as announced"),
    "edition.archive": _("Edition archived"),
    "edition.begin_decision": _("Phase of the decision begun"),
    "edition.change_juror": _("Member of the jury changed"),
    "edition.close_call": _("Call for entries closed"),
    "edition.close_scoring": _("Phase of scoring closed"),
    "edition.create": _("Edition created"),
    "edition.open_scoring": _("Phase of scoring opened"),
    "edition.publish_call": _("Call for entries published"),
    "edition.publish_results": _("Results announced"),
    "edition.put_back": _("Removed row of the set-up put back"),
    "edition.remove_juror": _("Member removed from the jury"),
    "edition.remove_persons": _("Personal data of the edition removed"),
    "edition.reopen_scoring": _("Phase of scoring opened again"),
    "edition.set_retention": _("Retention of personal data changed"),
    "edition.update": _("Set-up of the edition changed"),
    "journal.epoch": _("Journal continued from a restored backup"),
    "journal.key_lost": _("Signing key replaced without the old one"),
    "journal.long_transaction": _("Transaction that takes long noted by the sealer"),
    "journal.outage": _("Time in which the sealer did not run"),
    "jury.assign": _("Entry assigned to a juror"),
    "jury.close_scoring": _("Results of the scoring settled"),
    "jury.declare_impartiality": _("Declaration of impartiality made"),
    "jury.plan_visit": _("Site visit planned"),
    "jury.record_visit": _("Findings of a site visit recorded"),
    "jury.recuse": _("Juror recused"),
    "jury.release": _("Juror released from an entry"),
    "jury.reopen_scoring": _("Scoring opened again by the chair"),
    "jury.save_scores": _("Score sheet saved"),
    "jury.shortlist": _("List of finalists settled"),
    "jury.submit_sheet": _("Score sheet closed"),
    "jury.unassign": _("Assignment taken back"),
    "membership.approve": _("Membership approved"),
    "membership.end": _("Membership ended"),
    "membership.refuse": _("Membership refused"),
    "membership.request": _("Membership asked for"),
    "journal.baseline": _("Baseline sealed: what stood when facts began to be sealed"),
    "journal.reseal": _("What was left after a removal of personal data sealed again"),
    "message.render": _("Text of a message made"),
    "message.send": _("Message sent"),
    "message.write": _("Message written"),
    "message.take": _("Message changed outside the service sent as it stands"),
    "message.retry": _("Sending of a message tried again"),
    "practice.correct_section": _("Section of a practice corrected"),
    "practice.import": _("Practice imported"),
    "practice.publish": _("Practice published"),
    "practice.show_picture": _("Picture of a practice shown"),
    "practice.verify": _("Practice verified"),
    "practice.withdraw": _("Practice withdrawn from the base"),
    "practice.withhold_file": _("Published document withheld because of a virus"),
    "practice.withdraw_contact": _("Contact persons of a practice withdrawn"),
    "register.import": _("Register of units imported"),
    "role.grant": _("Role granted"),
    "role.revoke": _("Role taken away"),
    "session.close": _("Session of the jury closed"),
    "session.open": _("Session of the jury opened"),
    "session.update": _("Protocol of a session changed"),
}


def action_words(action: str) -> str:
    """A code that is no longer written, or was never ours, speaks for itself."""
    return str(ACTIONS.get(action, action))


def object_words(target_type: str) -> str:
    """The name of a kind of record, as its table calls itself."""
    try:
        return capfirst(str(apps.get_model(target_type)._meta.verbose_name))
    except (LookupError, ValueError):
        return target_type


def by_words(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices of a filter in the order of what is read."""
    return sorted(choices, key=lambda choice: sort_key(choice[1]))
