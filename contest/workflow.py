"""The phases of an edition. No side effect but the edition's own fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition


class Phase(models.TextChoices):
    PREPARATION = "PREPARATION", pgettext_lazy("phase", "in preparation")
    CALL = "CALL", pgettext_lazy("phase", "call for entries")
    FORMAL_REVIEW = "FORMAL_REVIEW", pgettext_lazy("phase", "formal review")
    SCORING = "SCORING", pgettext_lazy("phase", "scoring")
    VISITS = "VISITS", pgettext_lazy("phase", "site visits")
    DECISION = "DECISION", pgettext_lazy("phase", "decision")
    ANNOUNCED = "ANNOUNCED", pgettext_lazy("phase", "announced")
    ARCHIVED = "ARCHIVED", pgettext_lazy("phase", "archived")


ANNOUNCED_PHASES = (Phase.ANNOUNCED, Phase.ARCHIVED)  # the results are public


class EditionWorkflow(models.Model):
    """Services call these while holding the edition's row lock, and save."""

    phase = FSMField(_("phase"), default=Phase.PREPARATION, choices=Phase.choices, protected=True)

    class Meta:
        abstract = True

    @transition(phase, source=Phase.PREPARATION, target=Phase.CALL)
    def publish_call(self) -> None:
        """Rules are frozen from here on."""

    @transition(phase, source=Phase.CALL, target=Phase.FORMAL_REVIEW)
    def close_call(self) -> None:
        """After the submission deadline."""

    @transition(phase, source=Phase.FORMAL_REVIEW, target=Phase.SCORING)
    def open_scoring(self) -> None:
        """When the formal review is done."""

    @transition(phase, source=Phase.SCORING, target=Phase.VISITS)
    def close_scoring(self) -> None:
        """Results are frozen."""

    @transition(phase, source=Phase.VISITS, target=Phase.SCORING)
    def reopen_scoring(self) -> None:
        """Before finalists are chosen, with a reason."""

    @transition(phase, source=Phase.VISITS, target=Phase.DECISION)
    def begin_decision(self) -> None:
        """Finalists were visited."""

    @transition(phase, source=Phase.DECISION, target=Phase.ANNOUNCED)
    def announce(self) -> None:
        """The embargo ends."""

    @transition(phase, source=Phase.ANNOUNCED, target=Phase.ARCHIVED)
    def archive(self) -> None:
        """Nothing is open any more."""
