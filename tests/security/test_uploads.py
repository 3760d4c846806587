"""A file that is cheap to send may not be dear to read."""

import resource
import time
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Invalid
from common.files import limited_reader
from common.files.uploads import check_upload
from tests.common.files import hostile
from tests.security import pdf_bombs


def megabytes_used_at_most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.case(43)
@pytest.mark.parametrize(
    ("bomb", "size"), [(pdf_bombs.object_stream, 800_000_000), (pdf_bombs.many_dictionaries, 16_000_000)]
)
def test_a_pdf_that_unfolds_to_gigabytes_costs_the_web_server_neither_memory_nor_life(bomb, size):
    content = bomb(size)
    before, started = megabytes_used_at_most(), time.monotonic()
    with suppress(Invalid):
        check_upload(SimpleUploadedFile("plik.pdf", content))
    assert megabytes_used_at_most() - before < 200
    assert time.monotonic() - started < 30


@pytest.fixture
def fresh_readers():
    limited_reader.end_readers()
    yield
    limited_reader.end_readers()


@pytest.mark.usefixtures("fresh_readers")
def test_a_reader_that_dies_is_a_refusal_and_no_error(monkeypatch, tmp_path):
    crashing = tmp_path / "crash.py"
    crashing.write_text("import os; os.abort()")
    monkeypatch.setattr(limited_reader, "PROGRAM", crashing)
    with pytest.raises(Invalid):
        check_upload(SimpleUploadedFile("plik.pdf", hostile.pdf()))


@pytest.mark.usefixtures("fresh_readers")
def test_a_reader_knows_none_of_our_secrets(monkeypatch, tmp_path):
    telling = tmp_path / "tell.py"
    told = tmp_path / "told"
    telling.write_text(f"import os; open({str(told)!r}, 'w').write(repr(dict(os.environ)))")
    monkeypatch.setattr(limited_reader, "PROGRAM", telling)
    monkeypatch.setenv("SECRET_KEY", "canary-of-the-key")
    with pytest.raises(Invalid):
        check_upload(SimpleUploadedFile("plik.pdf", hostile.pdf()))
    assert "canary" not in told.read_text()
