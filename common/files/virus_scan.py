"""Asking a virus scanner (clamd) about an upload. Off unless CLAMD_URL is set.

The protocol is INSTREAM of clamd(8): the content in pieces, each behind its length as four bytes (network order), an
empty piece at the end; the answer is one line, "stream: OK" or "stream: <name> FOUND", ended by a zero byte.
"""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

# For each step, so a scanner that hangs costs an upload seconds and not the web server a thread.
SECONDS = 5.0
PIECE = 64 * 1024
ANSWER_LIMIT = 4096
DEFAULT_PORT = 3310


class ScannerUnavailable(OSError):
    """No answer, or none that says clean or infected."""


def find_virus(content: bytes | Iterable[bytes], *, address: str) -> str:
    """The name of what clamd found in the content; empty when it is clean.

    `address` is tcp://host:3310 or unix:///run/clamav/clamd.ctl. Raises ScannerUnavailable.
    """
    try:
        with _connect(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for part in [content] if isinstance(content, bytes) else content:
                for start in range(0, len(part), PIECE):
                    piece = part[start : start + PIECE]
                    connection.sendall(struct.pack("!I", len(piece)) + piece)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerUnavailable(f"{address}: {error}") from error
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer == "stream: OK":
        return ""
    raise ScannerUnavailable(f"{address}: {answer[:200]!r}")


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or DEFAULT_PORT), timeout=SECONDS)


def _answer(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < ANSWER_LIMIT:
        more = connection.recv(ANSWER_LIMIT)
        if not more:
            break
        received += more
    return received.rstrip(b"\0\n").decode(errors="replace")
