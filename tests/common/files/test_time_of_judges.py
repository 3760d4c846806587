"""The judges take time as the length of a file, never as its square: whatever marks it is made of."""

import gc
import pkgutil
import time

import pytest

from common.files import judges
from tests.common.files.worst_cases import NOT_READING, WORST

LARGEST = 20_000_000  # bytes, what may be sent
ENOUGH = 0.4  # seconds: where a file of the largest size takes longer, a smaller one is doubled
AT_LEAST = 0.01  # seconds that can be compared
CASES = [(module, name) for module, cases in WORST.items() for name in cases]


@pytest.fixture(autouse=True)
def _no_collector():
    """The collector of Python comes when it wants to; it is not what is measured."""
    gc.disable()
    yield
    gc.enable()


def taken(judge, content):
    started = time.process_time()
    judge(content)
    return time.process_time() - started


def grown(make, judge, largest=LARGEST):
    """By how much longer twice as large a file takes, and how large that was."""
    size = largest // 64
    while size < largest and taken(judge, make(size)) < ENOUGH / 2:
        size *= 2
    half, whole = make(size // 2), make(size)
    pairs = [(taken(judge, half), taken(judge, whole)) for _round in range(3)]
    one, two = (min(times) for times in zip(*pairs, strict=True))
    return two / max(one, AT_LEAST), size


def test_every_module_of_the_judges_has_its_worst_files():
    """A new one is added to the table with the marks that cost it most."""
    modules = {module.name for module in pkgutil.iter_modules(judges.__path__)}
    assert modules | {"pictures"} == set(WORST) | NOT_READING


@pytest.mark.parametrize(("module", "name"), CASES)
def test_a_hundred_kilobytes_of_the_worst_marks_are_judged_within_a_second(module, name):
    make, judge = WORST[module][name]
    assert taken(judge, make(100_000)) < 1


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name"), CASES)
def test_twice_as_many_of_the_worst_marks_take_twice_as_long(module, name):
    for _try in range(3):  # somebody else may be at work: a square is one every time
        by, size = grown(*WORST[module][name])
        if by <= 3:
            break
    assert by <= 3, f"{size} bytes"


def test_a_judge_that_looks_at_everything_for_each_mark_is_noticed():
    def look_again(content):
        for place in range(0, len(content), 100):
            content.count(b"b", place)

    by, _size = grown(lambda size: b"a" * size, look_again, largest=160_000)
    assert by > 3
