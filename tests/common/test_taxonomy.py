from django.utils import translation

from common.taxonomy import SECTION_BY_CODE, SECTIONS, TOOL_BY_CODE, TOOLS


def test_codes_are_unique_and_parents_exist():
    assert len(SECTION_BY_CODE) == len(SECTIONS)
    assert len(TOOL_BY_CODE) == len(TOOLS)
    assert all(not section.parent or section.parent in SECTION_BY_CODE for section in SECTIONS)


def test_a_term_is_read_in_the_language_of_the_page():
    with translation.override("pl"):
        assert str(SECTION_BY_CODE["SOCIAL"]) == "Usługi społeczne"
    with translation.override("en"):
        assert str(SECTION_BY_CODE["SOCIAL"]) == "Social services"
