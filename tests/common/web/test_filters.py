"""A filter that means nothing narrows nothing, and every list that has filters names it."""

import pytest
from django import forms
from django.urls import reverse

from applications.forms.review import EntryFilterForm
from common.errors import Invalid
from common.web.filters import MAX_SHOWN, FilterForm, beginning, not_known, require_understood
from contest.workflow import Phase
from tests.factories import make_application, make_edition, make_officer
from tests.jury.helpers import assign, make_jury

NOTICE = "Nie zrozumiano:"


def test_what_was_asked_for_is_shown_on_one_short_line() -> None:
    assert beginning("a\n b\0c") == "a b c"
    assert beginning("ż" * 100) == "ż" * MAX_SHOWN + "…"


def test_a_value_outside_the_known_ones_is_named_and_an_empty_one_is_not() -> None:
    filters = {"state": ("State", ("open",)), "year": ("Year", ("2026",))}
    assert not_known({"state": "closed", "year": "2026", "other": "x"}, filters) == [("State", "closed")]
    assert not_known({"state": ""}, filters) == []


def test_no_file_is_made_with_a_filter_that_is_not_understood() -> None:
    require_understood([])
    with pytest.raises(Invalid, match="State: closed"):
        require_understood([("State", "closed")])


class _Form(FilterForm):
    since = forms.IntegerField(label="Since", required=False)
    until = forms.IntegerField(label="Until", required=False)

    def clean(self):
        raise forms.ValidationError("The one does not go with the other.")


def test_an_error_of_no_field_names_no_filter() -> None:
    assert _Form({"since": "1", "until": "2"}).not_understood() == []
    assert _Form({"since": "1", "until": "never"}).not_understood() == [("Until", "never")]


def test_a_hidden_filter_that_is_not_understood_has_a_name() -> None:
    form = EntryFilterForm({"per_page": "\ud800"}, domains={}, groups={}, voivodeships={})
    assert [label for label, _value in form.not_understood()] == ["Wierszy na stronie"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("applications:officer_list", "state=CLOSED"),
        ("applications:officer_list", "domain=999999"),
        ("applications:officer_list", "voivodeship=mazowieckie"),
        ("applications:officer_list", "sort=colour"),
        ("jury:assignments", "show=everything"),
        ("contest:journal", "action=application.fly"),
        ("contest:journal", "target_id=twelve"),
        ("contest:messages", "status=LOST"),
    ],
)
def test_an_organisers_list_names_what_it_does_not_understand(client, name, wrong) -> None:
    edition = make_edition(Phase.SCORING)
    make_application(edition, state="IN_SCORING")
    client.force_login(make_officer())
    page = reverse(name, args=[edition.slug] if name.split(":")[0] != "contest" else [])
    assert NOTICE not in client.get(page).content.decode()
    answer = client.get(f"{page}?{wrong}").content.decode()
    assert NOTICE in answer
    assert wrong.split("=")[1] in answer


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["state=open", "domain=999999", "edition=1999"])
def test_a_jurors_desk_names_what_it_does_not_understand(client, wrong) -> None:
    jury = make_jury()
    assign(jury.entries[0], jury.jurors[0])
    client.force_login(jury.jurors[0].user)
    assert NOTICE not in client.get(reverse("jury:desk")).content.decode()
    assert NOTICE in client.get(f"{reverse('jury:desk')}?{wrong}").content.decode()


@pytest.mark.django_db
def test_the_organisers_file_is_not_made_with_a_filter_that_is_not_understood(client) -> None:
    edition = make_edition(Phase.FORMAL_REVIEW)
    make_application(edition, state="SUBMITTED")
    client.force_login(make_officer())
    page = reverse("applications:export", args=[edition.slug])
    assert client.get(f"{page}?state=SUBMITTED").status_code == 200
    answer = client.get(f"{page}?state=SUBMITED")
    assert answer.status_code == 422
    assert "SUBMITED" in answer.content.decode()
