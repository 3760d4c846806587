"""What the jury reads of an entry: the version that was sent, in words."""

import pytest
from django.utils import translation

from applications.models import ApplicationVersion
from jury.queries.entry import entry_view


def version(**content):
    return ApplicationVersion(content=content)


def test_an_entry_that_was_never_sent_has_nothing_to_read():
    assert entry_view(None, str) is None


def test_an_empty_answer_is_no_fact_and_a_population_of_zero_is_unknown():
    assert entry_view(version(domain=None, group=None, population=0), str).facts == []


@pytest.mark.parametrize(("language", "name"), [("pl", "Oświata"), ("en", "Education")])
def test_a_domain_is_named_in_the_readers_language(language, name):
    with translation.override(language):
        facts = entry_view(version(domain={"id": 1, "name": "Oświata", "name_en": "Education"}), str).facts
    assert [value for _label, value in facts] == [name]


def test_a_domain_without_an_english_name_keeps_the_polish_one():
    with translation.override("en"):
        facts = entry_view(version(domain={"id": 1, "name": "Oświata", "name_en": ""}), str).facts
    assert [value for _label, value in facts] == ["Oświata"]


def test_numbers_and_dates_are_written_as_people_write_them():
    with translation.override("pl"):
        facts = dict(entry_view(version(population=34_567, implemented_on="2025-06-15"), str).facts)
    assert {value.replace("\xa0", " ") for value in facts.values()} == {"34 567", "15 czerwca 2025"}
