"""What the web server asks of the system: a socket to listen on, and room for many connections."""

import resource
import socket


def raised_file_limit() -> int:
    """Files this process may open: as many as the system lets it, up to what is of use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(hard, 16_384)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return 16_384 if soft == resource.RLIM_INFINITY else soft


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address; it takes connections once a Server has it."""
    family, kind, protocol, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    return listener
