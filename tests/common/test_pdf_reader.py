import os
import threading
import time
from contextlib import suppress

import pytest

from common import pdf_reader
from common.pdf_reader import ReaderFailed, end_readers, read_verdict
from tests.common import hostile

DYING_CHILD = f"""
import importlib.util, os
spec = importlib.util.spec_from_file_location("pdf_check", {str(pdf_reader.PROGRAM)!r})
pdf_check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pdf_check)
pdf_check.verdict = lambda content: os._exit(int(content))
pdf_check.main()
"""


@pytest.fixture(autouse=True)
def fresh_readers():
    end_readers()
    yield
    end_readers()


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Puts other code in the reader's place."""

    def put(code):
        path = tmp_path / "reader.py"
        path.write_text(code)
        monkeypatch.setattr(pdf_reader, "PROGRAM", path)

    return put


def waiting_pids():
    return [reader.process.pid for reader in pdf_reader._waiting]


def is_running(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_one_reader_is_kept_for_one_file_after_another():
    assert read_verdict(hostile.pdf()) == "clean"
    pids = waiting_pids()
    assert read_verdict(hostile.BAD["pdf with a script"]) == "acts"
    assert read_verdict(hostile.BAD["pdf with a password"]) == "encrypted"
    assert waiting_pids() == pids
    assert len(pids) == 1


@pytest.mark.parametrize("ending", [0, 1, 9, 15])
def test_a_child_that_ends_without_a_verdict_is_no_clean_file_and_leaves_nothing_to_the_next(program, ending):
    program(DYING_CHILD)
    assert read_verdict(str(ending).encode()) == "complicated"
    pids = waiting_pids()
    assert read_verdict(b"10") == "clean"
    assert waiting_pids() == pids


def test_a_reader_that_does_not_answer_is_ended(program, monkeypatch):
    monkeypatch.setattr(pdf_reader, "SECONDS", 0.3)
    program("import time; time.sleep(60)")
    made = []
    start = pdf_reader._Reader.__init__
    monkeypatch.setattr(pdf_reader._Reader, "__init__", lambda self: (start(self), made.append(self))[0])
    started = time.monotonic()
    with pytest.raises(ReaderFailed):
        read_verdict(hostile.pdf())
    assert time.monotonic() - started < 5
    assert not is_running(made[0].process.pid)
    assert waiting_pids() == []


def test_a_reader_that_takes_no_more_bytes_is_ended_too(program, monkeypatch):
    monkeypatch.setattr(pdf_reader, "SECONDS", 0.3)
    program("import time; time.sleep(60)")
    with pytest.raises(ReaderFailed):
        read_verdict(b"%PDF-" + bytes(20_000_000))


def test_a_reader_killed_while_it_waited_is_replaced():
    read_verdict(hostile.pdf())
    [reader] = pdf_reader._waiting
    os.kill(reader.process.pid, 9)
    reader.process.wait(5)
    assert read_verdict(hostile.pdf()) == "clean"


def test_a_slow_file_holds_up_nobody_and_few_readers_are_kept(program):
    program(
        "import sys, time\n"
        "while length := sys.stdin.buffer.read(8):\n"
        "    content = sys.stdin.buffer.read(int.from_bytes(length, 'big'))\n"
        "    time.sleep(1.5 if content == b'slow' else 0)\n"
        "    print('clean', flush=True)\n"
    )
    slow = [threading.Thread(target=read_verdict, args=(b"slow",)) for _number in range(pdf_reader.KEPT + 1)]
    for thread in slow:
        thread.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert read_verdict(b"quick") == "clean"
    assert time.monotonic() - started < 1
    for thread in slow:
        thread.join()
    assert len(waiting_pids()) == pdf_reader.KEPT


def test_a_fork_of_the_server_shares_no_reader_with_it():
    read_verdict(hostile.pdf())
    child = os.fork()
    if child == 0:
        os._exit(len(pdf_reader._waiting))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(waiting_pids()) == 1


def test_a_reader_ends_with_the_server_that_kept_it():
    read_verdict(hostile.pdf())
    [reader] = pdf_reader._waiting
    reader.socket.close()
    assert reader.process.wait(5) == 0
