"""Twelve of the worst files at once: what they add to the server and to the machine, and what they would without."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from tests.common.files import hostile
from tests.security import pdf_bombs

MEGABYTE = 1024 * 1024

# A server's process: it takes all files of a folder at once, each in a thread, and says what became of them.
SERVER = """
import os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from pathlib import Path
from django.core.files.uploadedfile import SimpleUploadedFile
from common.errors import Invalid
from common.files import limited_reader
from common.files.uploads import check_upload
limited_reader.TURN_SECONDS = 300
contents = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
told = []
def send(content):
    try:
        told.append(check_upload(SimpleUploadedFile("plik", content)).media_type)
    except Invalid as refusal:
        told.append("refused")
print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=send, args=(content,)) for content in contents]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(told), flush=True)
sys.stdin.readline()
"""
UNLIMITED = """
import io, re, sys
from PIL import Image, ImageOps
def highest(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before = highest()
picture = Image.open(sys.argv[1])
picture.load()
ImageOps.exif_transpose(picture).convert("RGB").save(io.BytesIO(), "JPEG", quality=90, optimize=True)
print((highest() - before) // 1024)
"""


def worst() -> list[bytes]:
    grain = Image.effect_noise((630, 630), 30).convert("RGB")
    out = [io.BytesIO() for _number in range(5)]
    grain.resize((6300, 6300)).save(out[0], "JPEG", quality=30)
    grain.resize((8064, 6048)).save(out[1], "JPEG", quality=30, progressive=True)
    Image.new("RGB", (7000, 7000)).save(out[2], "PNG")
    Image.new("L", (16_000, 12_000)).save(out[3], "PNG")
    pillow_heif.from_pillow(grain.resize((4032, 3024))).save(out[4], quality=20)
    large = [pdf_bombs.object_stream(800_000_000), pdf_bombs.many_dictionaries(16_000_000)]
    files = [*(each.getvalue() for each in out), *large, hostile.pdf()]
    return [*files, *files[:4]]


def memory(pid: int) -> int:
    """Bytes of one process; what it shares counts in part."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


def below(pid: int) -> list[int]:
    found = []
    try:
        children = Path(f"/proc/{pid}/task").glob("*/children")
        for child in " ".join(path.read_text() for path in children).split():
            found += [int(child), *below(int(child))]
    except OSError:
        return found
    return found


@pytest.mark.slow
@pytest.mark.case(57)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_twelve_of_the_worst_at_once_stay_under_the_ceiling(figure, tmp_path):
    for number, content in enumerate(worst()):
        (tmp_path / f"{number:02}").write_bytes(content)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert server.stdout
    assert server.stdin
    assert server.stdout.readline() == "ready\n"
    before = memory(server.pid)
    server.stdin.write("\n")
    server.stdin.flush()
    os.set_blocking(server.stdout.fileno(), False)
    started, web, machine, told = time.monotonic(), 0, 0, ""
    while not told and time.monotonic() - started < 300:
        web = max(web, memory(server.pid))
        machine = max(machine, sum(memory(pid) for pid in [server.pid, *below(server.pid)]))
        told = server.stdout.readline()
        time.sleep(0.01)
    took = time.monotonic() - started
    server.kill()
    server.wait()
    web, machine = (web - before) // MEGABYTE, (machine - before) // MEGABYTE
    figure(f"12 at once: web +{web} MB, machine +{machine} MB, {took:.0f} s; {told.count('refused')} refused")
    assert told.count("'") == 24, told
    assert web < 200
    assert machine < 600


@pytest.mark.slow
@pytest.mark.case(57, control=True)
def test_control_one_of_them_decoded_as_it_is_takes_more_than_two_readers_may(figure, tmp_path):
    out = tmp_path / "worst.jpg"
    Image.effect_noise((630, 630), 30).convert("RGB").resize((6300, 6300)).save(out, "JPEG", quality=30)
    told = subprocess.run([sys.executable, "-c", UNLIMITED, str(out)], capture_output=True, text=True, check=True)
    figure(f"a JPEG of {out.stat().st_size // 1000} kB decoded as it is: +{int(told.stdout)} MB, once")
    assert int(told.stdout) > 280
