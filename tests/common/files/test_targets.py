"""Where a click may lead, and what a program would fetch from a server by itself."""

import pytest

from common.files.codes import Code
from common.files.judges import targets
from tests.common.files.craft_office import odf
from tests.common.files.craft_pdf import String, on_click
from tests.common.files.office_parts import a, outside
from tests.common.files.test_judges_office import verdict

TYPED = [
    "www.gmina.pl:8080", "gmina.pl:8080/bip", "www.gmina.pl:80/x?a=1", "e-mail:urzad@gmina.pl", "e-mail: a@b.pl",
    "E-mail:a@b.pl", "Adres: ul. Polna", "about:blank", "fax:+48 22 123", "Fax: 12", "https://gmina.pl:8443/x",
]  # fmt: skip
RUNNING = [
    "javascript:x", "javascript: x", "JavaScript:8080", "ms-msdt:/id x", "search-ms:x", "vnd.sun.star.script:80",
    ".uno:80", "about:config", "ms.x:80x", "adres:a.exe", "vbscript:x", "data:text/html,x", "shell:startup",
]  # fmt: skip


@pytest.mark.parametrize("target", TYPED)
def test_what_people_type_as_a_link_is_taken(target):
    assert verdict(outside("hyperlink", target)) == ""
    assert verdict(odf(a(target))) == ""
    assert verdict(on_click("URI", URI=String(target))) == ""


@pytest.mark.case(58)
@pytest.mark.parametrize("target", RUNNING)
def test_what_runs_something_is_refused(target):
    assert not targets.may_be_clicked(target)
    assert verdict(outside("hyperlink", target)) == Code.LINK
    assert verdict(on_click("URI", URI=String(target))) == Code.LINK


@pytest.mark.case(58)
@pytest.mark.parametrize("target", [r"..\..\\\zly\x", "file:///C:/../../\\\\zly", "../..//zly/x", r"C:\..\\\zly"])
def test_a_template_that_climbs_to_a_server_is_refused(target):
    assert verdict(outside("attachedTemplate", target)) == Code.OUTSIDE_TEMPLATE


@pytest.mark.parametrize(
    "target", [r"..\Szablony\a.dotx", r"file:///S:\Pisma\..\a.dotx", "file:///S:\\Pisma\\\\a.dotx"]
)
def test_a_template_in_a_folder_above_is_taken(target):
    assert verdict(outside("attachedTemplate", target)) == ""
