"""Several web processes on one socket, from one that only watches over them."""

import contextlib
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

logger = logging.getLogger(__name__)
YOUNG = 5.0  # seconds; a process that ends sooner is started again after a pause
PAUSE = 1.0


def run(count: int, serve: Callable[[], None]) -> None:
    """Fork `count` processes that `serve` each; a dead one is replaced, until SIGTERM or SIGINT.

    What was imported before is shared memory, and no collector of garbage looks through it again. A process whose
    parent is gone stops by itself.
    """
    gc.collect()
    gc.freeze()
    began: dict[int, float] = {}
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for pid in began:
            with contextlib.suppress(ProcessLookupError):  # it has ended a moment ago
                os.kill(pid, signal.SIGTERM)

    def start() -> None:
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # none may fall between the fork and the note of it
        if stopping:
            return
        pid = os.fork()
        if pid:
            began[pid] = time.monotonic()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            return
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent tells us
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            serve()
            status = 0
        except Exception:
            logger.exception("a web process ended")
        finally:
            os._exit(status)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for _number in range(count):
        start()
    while began:
        pid, status = os.wait()
        age = time.monotonic() - began.pop(pid)
        if stopping:
            continue
        logger.error("a web process ended (%s); another takes its place", os.waitstatus_to_exitcode(status))
        if age < YOUNG:
            time.sleep(PAUSE)
        start()


def stops_with_its_parent(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM, and when the watching process was killed."""
    parent = os.getppid()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PAUSE)
        stop()

    signal.signal(signal.SIGTERM, on_signal)
    threading.Thread(target=watch, name="watch", daemon=True).start()
