"""The score sheet: for each criterion points 0–10 and a justification; all may wait until closing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from common.web.fields import WholeNumberField
from common.web.text_fields import TextField
from contest.models import Criterion
from jury.models import ScoreSheet
from jury.queries.desk import SavedMark
from jury.scoring import MAX_POINTS
from jury.services import Mark

TEXT_LENGTH = 5000
POINTS = [(str(points), str(points)) for points in range(MAX_POINTS + 1)]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion on the page; `saved` is what another window saved, shown beside what was typed."""

    criterion: Criterion
    points: BoundField
    justification: BoundField
    saved: SavedMark | None


class SheetForm(forms.Form):
    revision = WholeNumberField(min_value=0, widget=forms.HiddenInput)
    summary = TextField(
        label=_("Overall opinion"),
        help_text=_("Optional. Strengths, weaknesses, questions for a visit."),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        self.saved: Mapping[str, SavedMark] = {}
        for criterion in self.criteria:
            self.fields[f"points_{criterion.pk}"] = forms.TypedChoiceField(
                label=_("Points"),
                choices=POINTS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "scale__point"}),
                error_messages={"invalid_choice": _("Choose whole points from 0 to 10.")},
            )
            self.fields[f"why_{criterion.pk}"] = TextField(
                label=_("Justification"),
                required=False,
                max_length=TEXT_LENGTH,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @classmethod
    def from_sheet(
        cls, sheet: ScoreSheet, criteria: Sequence[Criterion], saved: Mapping[str, SavedMark]
    ) -> "SheetForm":
        initial: dict[str, Any] = {"revision": sheet.revision, "summary": sheet.summary}
        for criterion in criteria:
            if score := saved.get(criterion.code):
                initial[f"points_{criterion.pk}"] = "" if score.points is None else str(score.points)
                initial[f"why_{criterion.pk}"] = score.justification
        return cls(initial=initial, criteria=criteria)

    def rows(self) -> Iterator[CriterionRow]:
        for criterion in self.criteria:
            yield CriterionRow(
                criterion,
                self[f"points_{criterion.pk}"],
                self[f"why_{criterion.pk}"],
                self.saved.get(criterion.code),
            )

    def marks(self, stored: Mapping[str, SavedMark] | None = None) -> dict[str, Mark]:
        """What was typed; where it is wrong, what is stored (the revision tells that it is what was shown)."""
        found = {}
        for criterion in self.criteria:
            score = (stored or {}).get(criterion.code)
            points = self._right(f"points_{criterion.pk}", score.points if score else None)
            why = self._right(f"why_{criterion.pk}", score.justification if score else "")
            found[criterion.code] = Mark(points, why.strip())
        return found

    def _right(self, name: str, stored: Any) -> Any:
        return stored if name in self.errors else self.cleaned_data[name]

    def right_summary(self) -> str | None:
        """None where it is wrong: what is stored stays."""
        return self._right("summary", None)

    def require_complete(self) -> bool:
        """Name every missing score and justification; used before closing, after the save."""
        for criterion in self.criteria:
            if self.cleaned_data[f"points_{criterion.pk}"] is None:
                self.add_error(f"points_{criterion.pk}", _("Give points for “%s”.") % criterion)
            if not (self.cleaned_data.get(f"why_{criterion.pk}") or "").strip():
                self.add_error(f"why_{criterion.pk}", _("Justify the points for “%s”.") % criterion)
        return not self.errors

    def against(self, sheet: ScoreSheet, saved: Mapping[str, SavedMark]) -> "SheetForm":
        """The same values, to be sent again against what is saved now."""
        form = self.for_revision(sheet.revision)
        form.saved = saved
        return form

    def for_revision(self, revision: int) -> "SheetForm":
        data = {name: self.data.get(name, "") for name in self.fields}
        return SheetForm(data | {"revision": str(revision)}, criteria=self.criteria)
