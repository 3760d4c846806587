import fcntl
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from common.files import limited_reader
from common.files.limited_reader import ReaderFailed, end_readers, run_limited
from tests.common.files import hostile

# The real program with operations of these tests in place of the service's.
PROGRAM = f"""
import ctypes, importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location("reader_child", {str(limited_reader.PROGRAM)!r})
reader_child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reader_child)

def die(content, ending): os._exit(ending)
def crash(content): ctypes.string_at(0)
def fail(content): raise KeyError("x")
def swell(content): bytearray(4_000_000_000)
def swell_slowly(content):
    kept = []
    while True: kept.append(bytearray(10_000_000))
def sleep(content, seconds): time.sleep(seconds); return {{}}, []
def spin(content):
    while True: pass
def fill(content): return {{}}, [bytes(200_000_000)]
def echo(content, **options): return {{"size": len(content), **options}}, [content, content[::-1]]
def tell(content): return {{"open": sorted(os.listdir("/proc/self/fd")), "modules": sorted(sys.modules)}}, []
def deep(content): return {{"x": eval("[" * 90 + "]" * 90)}}, []

reader_child._operation = globals().__getitem__
reader_child.SECONDS = reader_child.CPU_SECONDS = 2
reader_child.MEMORY = 300_000_000
reader_child.main()
"""


@pytest.fixture(autouse=True)
def fresh_readers():
    end_readers()
    yield
    end_readers()


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Puts other code in the reader's place."""

    def put(code=PROGRAM):
        path = tmp_path / "reader.py"
        path.write_text(code)
        monkeypatch.setattr(limited_reader, "PROGRAM", path)

    return put


def waiting_pids():
    return [reader.process.pid for reader in limited_reader._waiting]


def is_running(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def code_of(content):
    return run_limited("judge", content).result["code"]


def test_one_reader_is_kept_for_one_file_after_another():
    assert code_of(hostile.pdf()) == "clean"
    pids = waiting_pids()
    assert code_of(hostile.BAD["pdf with a script"]) == "pdf-script"
    assert code_of(hostile.BAD["pdf with a password"]) == "pdf-password"
    assert waiting_pids() == pids
    assert len(pids) == 1


def test_bytes_and_paths_are_read_alike_and_outputs_come_back(program, tmp_path):
    program()
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    for content in (b"abc", path):
        answer = run_limited("echo", content, more="ą")
        assert answer.result == {"size": 3, "more": "ą"}
        assert answer.outputs == [b"abc", b"cba"]


@pytest.mark.parametrize(
    ("operation", "options", "kind"),
    [
        *(("die", {"ending": ending}, "crash") for ending in (0, 1, 9, 15)),
        ("crash", {}, "crash"),
        ("fail", {}, "crash"),
        ("fill", {}, "crash"),
        ("swell", {}, "memory"),
        ("swell_slowly", {}, "memory"),
        ("sleep", {"seconds": 60}, "time"),
        ("spin", {}, "time"),
    ],
)
def test_a_child_that_dies_in_any_way_is_a_failure_of_its_file_alone(program, operation, options, kind):
    program()
    with pytest.raises(ReaderFailed) as failure:
        run_limited(operation, b"x", **options)
    assert failure.value.kind == kind
    pids = waiting_pids()
    assert run_limited("echo", b"x").result == {"size": 1}
    assert waiting_pids() == pids


def test_a_child_holds_nothing_of_ours_but_its_files(program):
    program()
    told = run_limited("tell", b"x").result
    assert len(told["open"]) <= 9  # 0, 1, 2, its three files, two ends of a pipe, the listing itself
    assert not {"django", "celery", "config"} & {name.split(".")[0] for name in told["modules"]}


def test_a_reader_that_does_not_answer_is_ended(program, monkeypatch):
    monkeypatch.setattr(limited_reader, "SECONDS", 0.3)
    program("import time; time.sleep(60)")
    made = []
    start = limited_reader._Reader.__init__
    monkeypatch.setattr(limited_reader._Reader, "__init__", lambda self: (start(self), made.append(self))[0])
    started = time.monotonic()
    with pytest.raises(ReaderFailed):
        code_of(hostile.pdf())
    assert time.monotonic() - started < 5
    assert not is_running(made[0].process.pid)
    assert waiting_pids() == []


def test_a_reader_killed_while_it_waited_is_replaced():
    code_of(hostile.pdf())
    [reader] = limited_reader._waiting
    os.kill(reader.process.pid, 9)
    reader.process.wait(5)
    assert code_of(hostile.pdf()) == "clean"


def test_files_wait_their_turn_and_few_readers_are_kept(program, settings):
    program()
    settings.READERS_AT_ONCE = 2
    run_limited("echo", b"x")
    started = time.monotonic()
    slow = [threading.Thread(target=run_limited, args=("sleep", b"x"), kwargs={"seconds": 0.4}) for _number in range(6)]
    for thread in slow:
        thread.start()
    for thread in slow:
        thread.join()
    assert 1.2 <= time.monotonic() - started < 4
    assert len(waiting_pids()) == limited_reader.KEPT


def test_who_gets_no_turn_in_time_is_told_so(monkeypatch, settings):
    settings.READERS_AT_ONCE = 1
    monkeypatch.setattr(limited_reader, "TURN_SECONDS", 0.2)
    folder = Path(settings.READERS_FOLDER)
    folder.mkdir(exist_ok=True)
    with (folder / "0").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ReaderFailed) as failure:
            code_of(hostile.pdf())
        assert failure.value.kind == "busy"
    assert code_of(hostile.pdf()) == "clean"


def test_a_fork_of_the_server_shares_no_reader_with_it():
    code_of(hostile.pdf())
    child = os.fork()
    if child == 0:
        os._exit(len(limited_reader._waiting))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(waiting_pids()) == 1


def test_a_reader_ends_with_the_server_that_kept_it():
    code_of(hostile.pdf())
    [reader] = limited_reader._waiting
    reader.socket.close()
    assert reader.process.wait(5) == 0


def test_a_killed_server_leaves_no_child_and_its_turn_is_free(program, settings, tmp_path):
    program(PROGRAM.replace("SECONDS = 2", "SECONDS = 60"))
    settings.READERS_AT_ONCE = 1
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from pathlib import Path
from django.conf import settings
settings.READERS_FOLDER, settings.READERS_AT_ONCE = {str(tmp_path / "turns")!r}, 1
from common.files import limited_reader
limited_reader.PROGRAM = Path({str(limited_reader.PROGRAM)!r})
limited_reader.SECONDS = 60
limited_reader.run_limited("sleep", b"x", seconds=60)
""",
        ],
    )
    settings.READERS_FOLDER = str(tmp_path / "turns")
    lock = tmp_path / "turns" / "0"
    deadline = time.monotonic() + 20
    while not (lock.exists() and is_locked(lock)) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    assert is_locked(lock)
    server.kill()
    server.wait()
    deadline = time.monotonic() + 5
    while is_locked(lock) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_locked(lock)


def is_locked(path):
    with path.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_servers_never_load_what_decodes_foreign_bytes():
    """pikepdf, Pillow and others belong to the reader: importing every page and task of the service loads none."""
    code = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
import config.urls, celery_app
from django.urls import get_resolver
get_resolver().url_patterns
celery_app.app.loader.import_default_modules()
heavy = {"pikepdf", "PIL", "pillow_heif", "pypdfium2", "lxml", "defusedxml", "puremagic", "weasyprint"}
print(sorted(heavy & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
