"""One world and one walk through it for every test here: building and asking cost more than judging."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.access import secrets
from tests.access.observe import Place, observe
from tests.access.world import World, build


@dataclass(frozen=True, slots=True)
class Walk:
    """The world with words planted in it, who may meet each word, and what every address answered to everybody."""

    world: World
    known: dict[str, frozenset[str]]
    places: list[Place]


@pytest.fixture(scope="package")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """In one transaction that is rolled back, at one standing moment, so that two walks can be compared."""
    now = timezone.now()
    gc.freeze()  # what is loaded by now stays; looking through it again and again is a tenth of the walk
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        known = secrets.plant(world)
        with time_machine.travel(now, tick=False):
            yield Walk(world, known, observe(world))
        transaction.set_rollback(True)
    gc.unfreeze()
