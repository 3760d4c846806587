"""Words by which practices are classified: management tools and sections of the base.

Codes are stored and exported, so they never change; entries and the practices base share them.
"""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Term:
    """One code with its Polish and English name; `parent` is the section it belongs to."""

    code: str
    pl: str
    en: str
    parent: str = ""

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.pl


TOOLS = (
    Term("ISO_9001", "system zarządzania jakością ISO 9001", "ISO 9001 quality management"),
    Term("ISO_14001", "system zarządzania środowiskowego ISO 14001", "ISO 14001 environmental management"),
    Term("CAF", "wspólna metoda oceny CAF", "Common Assessment Framework (CAF)"),
    Term("EFQM", "model doskonałości EFQM", "EFQM excellence model"),
    Term("TASK_BUDGET", "budżet zadaniowy", "task-based budget"),
    Term("BENCHMARKING", "benchmarking", "benchmarking"),
    Term("SATISFACTION_SURVEY", "badanie satysfakcji", "satisfaction survey"),
    Term("STRATEGY_MONITORING", "monitoring strategii", "monitoring of the strategy"),
    Term("GWD", "Grupa Wymiany Doświadczeń (GWD)", "Exchange of Experience Group (GWD)"),
)

SECTIONS = (
    Term("SOCIAL", "Usługi społeczne", "Social services"),
    Term("TECHNICAL", "Usługi techniczne", "Technical services"),
    Term("INSTITUTIONAL", "Rozwój instytucjonalny", "Institutional development"),
    Term("STRATEGIC_MANAGEMENT", "Zarządzanie strategiczne", "Strategic management", "INSTITUTIONAL"),
    Term("RESOURCE_MANAGEMENT", "Zarządzanie zasobami", "Resource management", "INSTITUTIONAL"),
    Term("STAFF_MANAGEMENT", "Zarządzanie personelem", "Staff management", "INSTITUTIONAL"),
    Term("PARTNERSHIP", "Partnerstwo", "Partnership", "INSTITUTIONAL"),
    Term("SERVICE_MANAGEMENT", "Zarządzanie usługami", "Service management", "INSTITUTIONAL"),
    Term("ENERGY", "Efektywność energetyczna", "Energy efficiency"),
    Term("NGO_COOPERATION", "Współpraca JST-NGO", "Cooperation with NGOs"),
    Term("INTERMUNICIPAL", "Współpraca między JST", "Cooperation between local governments"),
    Term("SOCIAL_DIALOGUE", "Dialog społeczny", "Social dialogue"),
)

TOOL_BY_CODE = {term.code: term for term in TOOLS}
SECTION_BY_CODE = {term.code: term for term in SECTIONS}
