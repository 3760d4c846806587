import pytest

from practices.sections import section_of


@pytest.mark.parametrize(
    ("domain", "theme", "section"),
    [
        ("kultura", "usługi społeczne", "SOCIAL"),
        ("pomoc społeczna", "usługi społeczne", "SOCIAL"),
        ("ochrona zdrowia", "usługi techniczne i zdrowotne", "SOCIAL"),
        ("gospodarka komunalna", "usługi techniczne i zdrowotne", "TECHNICAL"),
        ("komunalna gospodarka mieszkaniowa", "usługi techniczne", "TECHNICAL"),
        ("lokalna gospodarka energetyczna", "usługi techniczne", "TECHNICAL"),
        ("transport", "", "TECHNICAL"),
        ("", "usługi społeczne", "SOCIAL"),
        ("", "usługi techniczne", "TECHNICAL"),
        ("coś nowego", "zarządzanie", "INSTITUTIONAL"),
    ],
)
def test_the_domain_decides_before_the_theme(domain: str, theme: str, section: str) -> None:
    assert section_of(domain, theme) == section
