"""`serve`: web, worker and beat in one process, for a demonstration or a small installation on one machine."""

import logging
import os
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from celery.beat import EmbeddedService
from celery.worker import WorkController
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application

from celery_app import app
from common.kernel.keys import KeyProblem, Signer, embedded_signer, load_key, signer
from common.kernel.sealer import Sealer
from common.web.server import Limits, Server
from common.web.sockets import listening

logger = logging.getLogger(__name__)
WORKER_THREADS = 2
STOP_WITHIN = 5.0


class Command(BaseCommand):
    help = "Serves the site with an embedded worker and beat, over a broker in this process's memory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CELERY_BROKER_URL.startswith("memory://"):
            raise CommandError(
                "CELERY_BROKER_URL names a broker, but `serve` runs its worker inside this process over memory://. "
                "Unset it, or start the web server, worker and beat apart (docs/operations.md)."
            )
        try:
            listener = listening(options["host"], options["port"])
        except OSError as error:
            raise CommandError(
                f"Port {options['port']} cannot be used ({error.strerror}); choose another with PORT=…"
            ) from error
        try:
            if settings.SIGNING_KEY_FILE:
                load_key(Path(settings.SIGNING_KEY_FILE))
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem
        server = Server(get_wsgi_application(), listener, limits=Limits(body_bytes=settings.REQUEST_MAX_BYTES))
        background = Background()
        background.start()
        self._stop_on_signals(server)
        self.stdout.write(f"Ready: http://{options['host']}:{options['port']}/  (Ctrl-C stops it)")
        self.stdout.flush()
        status = 0
        try:
            server.run()
        except Exception:
            status = 1
            logger.exception("the web server ended")
        # A thread that hangs (a mail server that does not answer) must not keep the process:
        # whatever it was doing stands in a row and is taken up again at the next start.
        deadline = threading.Timer(STOP_WITHIN, os._exit, [status])
        deadline.daemon = True
        deadline.start()
        background.stop()
        self.stdout.write("Stopped.")
        self.stdout.flush()
        os._exit(status)

    def _stop_on_signals(self, server: Server) -> None:
        def stop(number: int, frame: FrameType | None) -> None:
            server.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)


class Background:
    """A Celery worker with a pool of threads, beat and the sealer, each in a thread of this process."""

    def __init__(self) -> None:
        # Without these the worker's threads see another app than the tasks are bound to: tasks are
        # received and never run.
        app.finalize()
        app.set_current()
        app.set_default()
        self.worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=WORKER_THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        # Its table in memory: a restart begins every interval anew.
        self.beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self.thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self.sealer = Sealer(_signer)
        self.sealing = threading.Thread(target=self.sealer.run, name="sealer", daemon=True)

    def start(self) -> None:
        self.thread.start()
        self.sealing.start()
        self.beat.start()

    def _work(self) -> None:
        try:
            self.worker.start()
        except Exception:
            logger.exception("the embedded worker stopped; mail and certificates wait until the next start")

    def stop(self) -> None:
        self.sealer.stop.set()
        self.beat.service.stop(wait=False)
        self.worker.stop()


def _signer() -> Signer:
    """The key that was set up, else one of its own beside the data (what that is worth, /dziennik/ says)."""
    if settings.SIGNING_KEY_FILE:
        return signer(Path(settings.SIGNING_KEY_FILE))
    return embedded_signer(settings.VAR_DIR / "signing_key.pem")
