"""Tags and partials that every page uses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from applications.workflow import State
from common.templatetags.ui import TONES, calendar_stops, due, field_width, filesize, funnel, points, query_with, whole
from common.todo import Todo

WARSAW = ZoneInfo("Europe/Warsaw")
DEADLINE = datetime(2012, 6, 15, 23, 59, tzinfo=WARSAW)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def render(source: str, **context: object) -> str:
    return " ".join(plain(Template(source).render(Context(context))).split())


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2012, 6, 5, 12, 0, tzinfo=WARSAW), "15 czerwca, 23:59, zostało 10 dni"),
        (datetime(2012, 6, 12, 23, 59, 30, tzinfo=WARSAW), "15 czerwca, 23:59, zostały 3 dni"),
        (datetime(2012, 6, 13, 0, 0, 30, tzinfo=WARSAW), "15 czerwca, 23:59, zostały 2 dni"),
        (datetime(2012, 6, 14, 8, 0, tzinfo=WARSAW), "15 czerwca, 23:59, jutro"),
        (datetime(2012, 6, 15, 8, 0, tzinfo=WARSAW), "15 czerwca, 23:59, dziś, zostało 15 godzin"),
        (datetime(2012, 6, 15, 21, 30, tzinfo=WARSAW), "15 czerwca, 23:59, dziś, zostały 2 godziny"),
        (datetime(2012, 6, 15, 23, 37, tzinfo=WARSAW), "15 czerwca, 23:59, dziś, zostały 22 minuty"),
        (datetime(2012, 6, 15, 23, 59, 30, tzinfo=WARSAW), "15 czerwca, 23:59, dziś, została 1 minuta"),
        (datetime(2012, 6, 16, 0, 0, tzinfo=WARSAW), "15 czerwca, 23:59, termin minął wczoraj"),
        (datetime(2012, 6, 16, 0, 5, tzinfo=WARSAW), "15 czerwca, 23:59, termin minął wczoraj"),
        (datetime(2012, 6, 18, 12, 0, tzinfo=WARSAW), "15 czerwca, 23:59, termin minął 3 dni temu"),
        (datetime(2013, 1, 2, 12, 0, tzinfo=WARSAW), "15 czerwca 2012, 23:59, termin minął 201 dni temu"),
    ],
)
def test_a_deadline_says_its_date_and_how_long_is_left(now, said):
    with time_machine.travel(now, tick=False):
        assert plain(due(DEADLINE)) == said


def test_days_left_are_days_of_the_calendar_also_across_the_change_of_clocks():
    """On the night of 29 March 2026 the hour from 2 to 3 does not exist."""
    deadline = datetime(2026, 3, 29, 23, 59, tzinfo=WARSAW)
    with time_machine.travel(datetime(2026, 3, 28, 0, 30, tzinfo=WARSAW), tick=False):
        assert plain(due(deadline)) == "29 marca, 23:59, jutro"
    with time_machine.travel(datetime(2026, 3, 29, 1, 59, tzinfo=WARSAW), tick=False):
        assert plain(due(deadline)) == "29 marca, 23:59, dziś, zostało 21 godzin"


def test_a_deadline_is_told_in_warsaw_time_whatever_zone_it_comes_in():
    with time_machine.travel(datetime(2012, 6, 1, tzinfo=WARSAW), tick=False):
        assert due(datetime(2012, 6, 15, 21, 59, tzinfo=UTC)) == due(DEADLINE)


def test_a_date_without_an_hour_lasts_all_its_day():
    with time_machine.travel(datetime(2012, 6, 15, 23, 59, tzinfo=WARSAW), tick=False):
        assert plain(due(date(2012, 6, 15))) == "15 czerwca, dziś"
        assert plain(due(date(2012, 6, 14))) == "14 czerwca, termin minął wczoraj"
        assert plain(due(date(2012, 6, 20))) == "20 czerwca, zostało 5 dni"
        assert due(None) == ""


def test_a_number_stays_on_one_line_with_its_word():
    with time_machine.travel(datetime(2012, 6, 12, tzinfo=WARSAW), tick=False):
        assert due(DEADLINE) == "15\N{NO-BREAK SPACE}czerwca, 23:59, zostały 3\N{NO-BREAK SPACE}dni"


def test_the_english_page_tells_deadlines_in_english():
    with translation.override("en"), time_machine.travel(datetime(2012, 6, 12, tzinfo=WARSAW), tick=False):
        assert plain(due(DEADLINE)) == "15 June, 23:59, 3 days left"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("82.5"), "82,50"),
        (Decimal("60.005"), "60,01"),
        (Decimal("59.994"), "59,99"),
        (0, "0,00"),
        (None, "–"),
    ],
)
def test_points_have_two_places_and_a_polish_comma(value, said):
    assert points(value) == said


def test_points_have_a_point_in_english():
    with translation.override("en"):
        assert points(Decimal("82.5")) == "82.50"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 B"), (None, "0 B"), (999, "999 B"), (12_400, "12 kB"), (999_499, "999 kB"),
        (999_500, "1 MB"), (1_540_000, "1,5 MB"), (20_000_000, "20 MB"),
    ],
)  # fmt: skip
def test_a_size_is_told_as_people_read_it(size, said):
    assert filesize(size) == said


def test_thousands_stand_apart():
    assert [plain(whole(number)) for number in (980, 27260, 1864000)] == ["980", "27 260", "1 864 000"]


def test_every_state_of_an_entry_but_the_quiet_ones_has_a_colour_and_always_its_words():
    coloured = {state for states in TONES.values() for state in states}
    assert set(State.values) - coloured == {State.DRAFT, State.NOT_SELECTED, State.WITHDRAWN}
    tag = render("{% state_tag s %}", s=State.LAUREATE)
    assert tag == f'<span class="tag tag--award">{State.LAUREATE.label}</span>'
    assert render("{% state_tag 'X' label %}", label="<b>") == '<span class="tag tag--neutral">&lt;b&gt;</span>'


def query(changes: dict[str, object], address: str = "/?q=woda&page=3&tool=CAF&tool=EFQM") -> str:
    return query_with(Context({"request": RequestFactory().get(address)}), **changes)


def test_changing_a_filter_keeps_the_others_and_returns_to_the_first_page():
    assert query({"q": "las"}) == "?tool=CAF&tool=EFQM&q=las"
    assert query({"q": ""}) == "?tool=CAF&tool=EFQM"
    assert query({"q": None, "tool": None}) == "?"


def test_turning_the_page_or_the_language_keeps_everything_else():
    assert query({"page": 4}) == "?q=woda&tool=CAF&tool=EFQM&page=4"
    assert query({"lang": "en"}) == "?q=woda&page=3&tool=CAF&tool=EFQM&lang=en"


def test_a_page_rendered_without_a_request_still_has_addresses():
    assert query_with(Context(), page=2) == "?page=2"


class ExampleForm(forms.Form):
    title = forms.CharField(max_length=300, help_text="Hint")
    code = forms.CharField(max_length=6, required=False)
    phone = forms.CharField(max_length=40)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField()
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Together wrong")


def test_the_width_of_a_field_tells_the_length_expected():
    form = ExampleForm()
    assert [field_width(form[name]) for name in ("title", "code", "phone")] == ["", "field--short", "field--medium"]


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    page = render('{% include "ui/fields.html" %}', form=ExampleForm({"code": "1"}))
    assert '<label for="id_title">' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'id="id_title_helptext"' in page
    assert 'id="id_title_error"' in page
    assert 'aria-invalid="true"' in page
    assert '<fieldset class="field field--error" id="id_kind_group" aria-describedby="id_kind_error">' in page
    assert page.count("(nieobowiązkowe)") == 1


def test_a_placeholder_that_repeats_the_label_is_left_out_and_another_stays():
    class Words(forms.Form):
        email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"placeholder": "E-mail"}))
        q = forms.CharField(label="Szukaj", widget=forms.TextInput(attrs={"placeholder": "na przykład: opieka"}))

    page = render('{% include "ui/fields.html" %}', form=Words())
    assert page.count("placeholder") == 1
    assert 'placeholder="na przykład: opieka"' in page


def test_a_hint_with_a_link_stands_after_the_control_so_that_tab_goes_from_field_to_field():
    class SignIn(forms.Form):
        password = forms.CharField(help_text=mark_safe('<a href="/haslo/">Nie pamiętasz?</a>'))
        code = forms.CharField(help_text="Sześć cyfr")

    page = render('{% include "ui/fields.html" %}', form=SignIn())
    assert page.index('name="password"') < page.index("/haslo/") < page.index("Sześć cyfr") < page.index('name="code"')
    assert page.count('id="id_password_helptext"') == 1


def test_a_field_shown_alone_looks_like_one_of_many():
    form = ExampleForm()
    alone = render('{% include "ui/field.html" with field=form.title %}', form=form)
    assert alone in render('{% include "ui/fields.html" %}', form=form)


def test_the_summary_links_to_every_wrong_field_and_says_nothing_was_lost():
    page = render('{% include "ui/form_errors.html" %}', form=ExampleForm({}))
    for target in ("#id_title", "#id_phone", "#id_kind_group", "#id_agree"):
        assert f'href="{target}"' in page
    assert "Together wrong" in page
    assert "#id_secret" not in page
    assert "Nic z tego, co wpisano, nie przepadło" in page
    assert render('{% include "ui/form_errors.html" %}', form=ExampleForm()) == ""


def test_a_todo_shows_its_date_and_its_one_action():
    todo = Todo("Uzupełnij zgłoszenie", "/zgloszenia/1/", "Uzupełnij", due_at=DEADLINE, urgent=True)
    with time_machine.travel(datetime(2012, 6, 12, tzinfo=WARSAW), tick=False):
        page = render('{% include "ui/todo.html" %}', todo=todo)
    assert "todo--urgent" in page
    assert "15 czerwca, 23:59, zostały 3 dni" in page
    assert '<a class="button" href="/zgloszenia/1/">Uzupełnij</a>' in page


def test_the_typed_word_is_asked_with_its_error_beside_it():
    page = render('{% include "ui/confirm.html" with word="OGŁASZAM" error="Nie to słowo" %}')
    assert "<strong>OGŁASZAM</strong>" in page
    assert 'name="typed_word"' in page
    assert 'aria-describedby="id_typed_word_error"' in page


def calendar(**dates: object) -> SimpleNamespace:
    names = (
        "call_announced_on", "submission_deadline", "formal_review_until", "scoring_until",
        "visits_from", "visits_until", "decision_on", "announcement_on", "announced_at",
    )  # fmt: skip
    return SimpleNamespace(**dict.fromkeys(names) | dates)


def test_the_calendar_marks_the_nearest_date_to_come_and_leaves_out_unset_ones():
    edition = calendar(
        call_announced_on=date(2012, 4, 1),
        submission_deadline=DEADLINE,
        visits_from=date(2012, 10, 5),
        visits_until=date(2012, 10, 18),
    )
    with time_machine.travel(datetime(2012, 6, 12, tzinfo=WARSAW), tick=False):
        stops = calendar_stops(edition)
        page = render("{% calendar_strip edition %}", edition=edition)
    assert [(plain(stop.date), stop.when) for stop in stops] == [
        ("1 kwietnia", "past"),
        ("15 czerwca, 23:59", "next"),
        ("5 października – 18 października", "later"),
    ]
    assert page.count("(minęło)") == 1
    assert page.index("Ogłoszenie naboru") < page.index("12 czerwca") < page.index("Koniec naboru")
    assert "zostały 3 dni" in page


def test_a_calendar_all_past_has_no_mark_of_today():
    with time_machine.travel(datetime(2013, 1, 1, tzinfo=WARSAW), tick=False):
        assert "Dziś" not in render("{% calendar_strip edition %}", edition=calendar(submission_deadline=DEADLINE))


def test_the_day_of_the_announcement_replaces_the_planned_one():
    planned, real = date(2012, 11, 20), datetime(2012, 11, 5, 12, 0, tzinfo=WARSAW)
    with time_machine.travel(datetime(2012, 11, 8, tzinfo=WARSAW), tick=False):
        (waiting,) = calendar_stops(calendar(announcement_on=planned))
        (done,) = calendar_stops(calendar(announcement_on=planned, announced_at=real))
    assert (plain(waiting.date), waiting.when) == ("20 listopada", "next")
    assert (plain(done.date), done.when) == ("5 listopada", "past")


def test_a_deadline_of_today_is_past_only_after_its_hour():
    edition = calendar(submission_deadline=DEADLINE, decision_on=date(2012, 6, 16))
    with time_machine.travel(datetime(2012, 6, 16, 0, 0, 0, tzinfo=WARSAW), tick=False):
        assert [stop.when for stop in calendar_stops(edition)] == ["past", "next"]


def test_the_funnel_draws_to_one_scale_and_tells_the_same_in_a_table():
    picture = funnel([("Złożone", 40), ("Laureaci", 10), ("Brak", 0)], "Zgłoszenia")
    assert [bar["width"] for bar in picture["bars"]] == [340, 85, 0]
    assert picture["description"] == "Złożone: 40, Laureaci: 10, Brak: 0"
    page = render("{% funnel steps %}", steps=[("Złożone", 40)])
    assert '<th scope="row">Złożone</th>' in page
    assert 'role="img"' in page


def test_an_empty_funnel_divides_by_nothing():
    assert funnel([("Złożone", 0)])["bars"][0]["width"] == 0
    assert funnel([])["bars"] == []
