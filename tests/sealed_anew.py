"""Rows that a test changed past the services, sealed as they stand: what an act then rests on is what it meets."""

from common.kernel.baseline import reseal
from common.kernel.evidence import EVIDENCE


def seal_as_it_stands() -> None:
    for described in EVIDENCE.values():
        reseal(None, described.model, [row.pk for row in described.rows()])
