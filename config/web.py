"""python -m config.web [--host 127.0.0.1] [--port 8000] [--workers 2]: the web server of a public installation.

Each worker is a process with eight threads; the application is loaded once, before they part.
"""

import argparse
import sys

from common.web.server import Limits, Server
from common.web.sockets import listening
from common.web.workers import run, stops_with_its_parent


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m config.web", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    try:
        listener = listening(options.host, options.port)
    except OSError as error:
        sys.exit(f"{options.host}:{options.port} cannot be used: {error.strerror}")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        from config.wsgi import application
    except ImproperlyConfigured as error:
        sys.exit(str(error))

    def serve() -> None:
        server = Server(application, listener, limits=Limits(body_bytes=settings.REQUEST_MAX_BYTES))
        stops_with_its_parent(server.stop)
        server.run()

    run(options.workers, serve)


if __name__ == "__main__":
    main()
