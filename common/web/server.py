"""The web server: one loop collects whole requests and hands out whole answers, threads only make answers.

waitress, with what a public server needs besides: nobody slow may hold a thread, stay for ever or fill the machine.
A body and an answer that are larger than a form or a page wait in files without a name in the folder for temporary
files (TMPDIR), which vanish with the process. docs/adr/0062 has the reasons and the figures.
"""

import logging
import os
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer, ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from common.web.server_pages import page_of
from common.web.sockets import raised_file_limit

logger = logging.getLogger(__name__)
THREADS = 8
HEAD_BYTES = 32 * 1024
# Up to here a body or an answer stays in memory: nearly every form and page.
BODY_IN_MEMORY = 32 * 1024
ANSWER_IN_MEMORY = 256 * 1024
# Of the kernel for each connection; it doubles it. Without it a reader who reads nothing may hold megabytes there.
KERNEL_BYTES = 128 * 1024
READ_AT_ONCE = 64 * 1024
# Of a body that is too large: what was typed stands before and after the file in it.
HEAD_KEPT = 256 * 1024
TAIL_KEPT = 32 * 1024
SWEEP_SECONDS = 1
FILES_OF_A_CONNECTION = 3  # itself, its body, its answer
# Behind a proxy that takes megabytes for each of its slow readers the loop would do nothing else: of large answers it
# hands out so much at a time to one reader, and so much a second to all.
SENT_AT_ONCE = 256 * 1024
LARGE_AT_ONCE = 1024 * 1024
LARGE_A_SECOND = 100_000_000
LARGE_PAUSE = 0.01
NEW_SECONDS = 5  # a connection younger than this is nobody's fault yet
DROPPED_AT_ONCE = 20  # one in so many, when there is no room
EVERYTHING = sys.maxsize


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may take. Seconds, bytes, bytes a second."""

    body_bytes: int  # of a larger body only the two ends are kept, and the application is told its length
    dropped_bytes: int = 1_000_000_000  # as far as such a body is read, so that a browser shows the answer
    head_seconds: float = 20
    grace_seconds: float = 30  # a line may stand still for this long
    slowest: float = 1_000  # after that, the average of a body or of an answer
    whole_seconds: float = 1_800  # of one body, of one answer
    idle_seconds: float = 120  # longer than the proxy keeps a connection it does not use (Caddyfile)
    stop_seconds: float = 10  # for what is under way when the server is asked to stop
    connections: int = 4_000
    spare_bytes: int = 500_000_000  # left free in the folder of temporary files

    def is_too_slow(self, done: int, seconds: float) -> bool:
        return seconds > self.whole_seconds or done < (seconds - self.grace_seconds) * self.slowest


class Spool(OverflowableBuffer):
    """A body: a little in memory, more in a file; of what goes beyond `keep` only the end stays."""

    def __init__(self, keep: int) -> None:
        super().__init__(BODY_IN_MEMORY)
        self.room = keep
        self.tail = b""

    def append(self, data: bytes) -> None:
        kept = data[: self.room]
        self.room -= len(kept)
        if kept:
            super().append(kept)
        if rest := data[len(kept) :]:
            self.tail = (self.tail + rest)[-TAIL_KEPT:]

    def finish(self) -> None:
        if self.tail:
            super().append(self.tail)
            self.tail = b""


class Parser(HTTPRequestParser):
    """One request. Of a body beyond the limit its two ends remain, and the application answers with 413."""

    body_rcv: Any
    completed: bool
    expect_continue: bool

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.limits: Limits = adj.limits
        self.began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        is_too_large = self.content_length > self.limits.body_bytes
        self.body_rcv.buf = Spool(HEAD_KEPT if is_too_large else self.limits.body_bytes)
        if is_too_large and self.expect_continue:  # it asked first: the answer comes before a byte of the body
            self.expect_continue = False
            self.body_rcv = None
            self.headers["CONNECTION"] = "close"

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        if self.body_bytes_received > self.limits.dropped_bytes and not self.completed:
            self.completed = True
            self.headers["CONNECTION"] = "close"
        if self.completed and self.chunked and self.body_bytes_received > self.limits.body_bytes:
            self.headers["CONTENT_LENGTH"] = str(self.body_bytes_received)
        if self.completed and self.body_rcv is not None:
            self.body_rcv.buf.finish()
        return consumed


class TooSlow(Error):
    code = 408
    reason = "Request Timeout"


class RefusalTask(ErrorTask):
    """What never reaches the application is refused with a page that can be read."""

    def execute(self) -> None:
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        headers, body = page_of(error.code)
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class AnswerTask(WSGITask):
    """Head and body of an answer leave together, sent by the thread that made them."""

    def finish(self) -> None:
        super().finish()
        self.channel.send_now()


class Channel(HTTPChannel):
    """One connection, and how fast the other side is."""

    parser_class = Parser
    task_class = AnswerTask
    request: Any
    will_close: bool
    error_task_class = RefusalTask

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Adjustments, map: Any = None) -> None:  # noqa: A002
        self.limits: Limits = adj.limits
        self.opened = self.moved = self.answering_since = time.monotonic()
        self.sent = 0  # of the present answer
        self.turn = 0  # bytes that may still be sent before it is another's turn
        super().__init__(server, sock, addr, adj, map=map)

    def received(self, data: bytes) -> bool:
        self.moved = time.monotonic()
        return bool(super().received(data))

    def send_now(self) -> None:
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)

    @property
    def _is_large(self) -> bool:
        return bool(self.total_outbufs_len > SENT_AT_ONCE and not self.will_close)

    def writable(self) -> bool:
        return bool(super().writable()) and not (self._is_large and self.server.large_left <= 0)

    def handle_write(self) -> None:
        is_large, before = self._is_large, self.sent
        if is_large and self.server.large_left <= 0:
            return
        super().handle_write()
        if is_large:
            self.server.note_large(self.sent - before)

    def _flush_some(self, do_close: bool = True) -> bool:
        self.turn = SENT_AT_ONCE
        return bool(super()._flush_some(do_close))

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self.turn <= 0:
            return 0
        sent = int(super().send(data, do_close))
        if sent:
            self.sent += sent
            self.turn -= sent
            self.moved = time.monotonic()
        return sent

    def service(self) -> None:
        self.sent = 0
        super().service()
        self.answering_since = time.monotonic()

    @property
    def is_busy(self) -> bool:
        """Whether a thread works for it or will."""
        return bool(self.requests)

    @property
    def is_idle(self) -> bool:
        return not self.requests and not self.total_outbufs_len and self.request is None

    def is_overdue(self, now: float) -> bool:
        if self.is_busy:
            return False
        if now - self.moved > self.limits.idle_seconds:
            return True
        if self.total_outbufs_len:
            return self.limits.is_too_slow(self.sent, now - self.answering_since)
        if self.request is None:
            return False
        if self.request.headers_finished:
            return self.limits.is_too_slow(self.request.body_bytes_received, now - self.request.began)
        return bool(now - self.request.began > self.limits.head_seconds)

    def worth(self, now: float) -> tuple[bool, int, float]:
        """The lowest goes first when there is no room: who does nothing, then who is slowest."""
        if self.total_outbufs_len:
            kind, since, done = 3, self.answering_since, self.sent
        elif self.request is None:
            kind, since, done = 0, self.moved, 0
        else:
            kind = 2 if self.request.headers_finished else 1
            since, done = self.request.began, self.request.body_bytes_received
        seconds = now - since
        return seconds < NEW_SECONDS, kind, done / seconds if done else -seconds

    def held_bytes(self) -> int:
        """What it keeps on the disk or in memory; a stored file that is being handed out is no copy."""
        body = len(self.request.body_rcv) if self.request is not None and self.request.body_rcv else 0
        return body + sum(
            buffer.__len__() for buffer in list(self.outbufs) if not isinstance(buffer, ReadOnlyFileBasedBuffer)
        )

    def give_up(self) -> None:
        """A body that is too slow gets a sentence, everything else is hung up."""
        with self.requests_lock:
            request = self.request
            if request is not None and request.headers_finished and not self.requests and not self.will_close:
                self.request = None
                request.error = TooSlow("")
                request.completed = True
                self.requests.append(request)
                self.server.add_task(self)
                return
        self.handle_close()  # `will_close` would wait until the other side reads


class Server(TcpWSGIServer):
    """Serves `application` on `listener` until `stop`; one to a process."""

    channel_class = Channel

    def __init__(self, application: Any, listener: socket.socket, *, limits: Limits, threads: int = THREADS) -> None:
        adjustments = Adjustments(
            threads=threads,
            ident=None,
            # Whom to believe about the reader's address is the application's affair (BEHIND_PROXY).
            clear_untrusted_proxy_headers=False,
            max_request_header_size=HEAD_BYTES,
            max_request_body_size=EVERYTHING,  # ours are `limits`
            inbuf_overflow=BODY_IN_MEMORY,
            outbuf_overflow=ANSWER_IN_MEMORY,
            outbuf_high_watermark=EVERYTHING,  # a thread never waits for a reader
            recv_bytes=READ_AT_ONCE,
            connection_limit=EVERYTHING,
            cleanup_interval=SWEEP_SECONDS,
            backlog=2_048,
        )
        adjustments.send_bytes = SENT_AT_ONCE
        self.limits = adjustments.limits = limits
        self.room = min(limits.connections, raised_file_limit() // FILES_OF_A_CONNECTION)
        self.stopping_since = 0.0
        self.large_left: float = LARGE_AT_ONCE
        self.turned_at = self.large_at = time.monotonic()
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        super().__init__(
            application,
            map={},
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def set_socket_options(self, conn: socket.socket) -> None:
        super().set_socket_options(conn)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)

    def stop(self) -> None:
        """Take nobody new, finish what is under way, end `run`. May be called by a signal's handler."""
        self.stopping_since = self.stopping_since or time.monotonic()
        os.write(self.trigger.trigger, b"x")

    def run(self) -> None:
        while not self.stopping_since:
            self._turn(SWEEP_SECONDS)
        wasyncore.dispatcher.close(self)
        while self.active_channels and time.monotonic() - self.stopping_since < self.limits.stop_seconds:
            for channel in list(self.active_channels.values()):
                if channel.is_idle:
                    channel.handle_close()
            self._turn(SWEEP_SECONDS / 10)

    def _turn(self, seconds: float) -> None:
        now = time.monotonic()
        self.large_left = min(self.large_left + (now - self.turned_at) * LARGE_A_SECOND, LARGE_AT_ONCE)
        self.turned_at = now
        # While large answers go out, one may be waiting for its share, of which no socket tells.
        wasyncore.poll2(LARGE_PAUSE if now - self.large_at < 10 * LARGE_PAUSE else seconds, self._map)

    def note_large(self, sent: int) -> None:
        self.large_left -= sent
        self.large_at = time.monotonic()

    def handle_accept(self) -> None:
        if len(self.active_channels) >= self.room:
            self._make_room()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Every second: whoever takes too long goes, and so does whoever fills the disk."""
        now = time.monotonic()
        channels = list(self.active_channels.values())
        for channel in channels:
            if channel.is_overdue(now):
                channel.give_up()
        holders = [channel for channel in channels if channel.total_outbufs_len or channel.request is not None]
        if holders and (free := _free_bytes()) < self.limits.spare_bytes:
            self._drop_holders(holders, self.limits.spare_bytes - free)

    def _make_room(self) -> None:
        """Of whoever holds a share of the connections that no office has, else of the slowest: nobody busy."""
        now = time.monotonic()
        holds = Counter(channel.addr[0] for channel in self.active_channels.values())
        share = max(self.room // DROPPED_AT_ONCE, 1)

        def order(channel: Channel) -> tuple[int, tuple[bool, int, float]]:
            return -(holds[channel.addr[0]] // share), channel.worth(now)

        waiting = [channel for channel in list(self.active_channels.values()) if not channel.is_busy]
        for channel in sorted(waiting, key=order)[:share]:
            channel.handle_close()
        logger.warning("No room for another connection: %d slow or idle ones were closed.", min(share, len(waiting)))

    def _drop_holders(self, holders: list[Channel], wanted: int) -> None:
        for channel in sorted(holders, key=Channel.held_bytes, reverse=True):
            if wanted <= 0:
                break
            if not channel.is_busy:
                wanted -= channel.held_bytes()
                channel.handle_close()
        logger.error("The folder of temporary files is nearly full: connections that held most were closed.")


def _free_bytes() -> int:
    return shutil.disk_usage(tempfile.gettempdir()).free
