import pytest

from scripts import state_diagram


def test_the_diagrams_in_the_document_are_those_of_the_code():
    text = state_diagram.DOCUMENT.read_text()
    assert state_diagram.current(text) == text, "run python -m scripts.state_diagram"


def test_an_outdated_diagram_is_noticed_and_renewed():
    text = state_diagram.DOCUMENT.read_text()
    outdated = text.replace("SUBMITTED --> ELIGIBLE: accept\n", "")
    assert outdated != text
    assert state_diagram.current(outdated) == text


def test_a_document_without_markers_is_refused():
    with pytest.raises(SystemExit):
        state_diagram.replaced("nothing here", "application states", "")
