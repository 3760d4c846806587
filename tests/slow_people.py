"""Many slow people at once, in a process of their own: python -m tests.slow_people PORT KIND=NUMBER … [options]

    bodies   POST of 1,000,000 bytes to the sign-in page, a byte every `--pause` seconds
    heads    a request line and then a header line every `--pause` seconds, never the last one
    readers  ask for `--large` and read a kilobyte every `--pause` seconds
    uploads  the file `--file` at `--rate` bytes a second, as `--plan` says (JSON: a list of to, cookie and fields)

Prints "ready" when all are connected, and at the end (`--seconds`) one line of JSON: kind → how many got which
status; "open" were still connected, "cut" were hung up on without an answer.
"""

import argparse
import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

BODY = 1_000_000
CHUNK = 16 * 1024
# Without this cookie Django refuses before it reads a body.
COOKIE = "csrftoken=" + "a" * 32


class Slow:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.ends: dict[str, Counter[str]] = {}
        self.connected = 0
        self.host = f"Host: {options.host}\r\n"
        self.plan = json.loads(Path(options.plan).read_text()) if options.plan else []
        self.file = Path(options.file).read_bytes() if options.file else b""

    async def run(self) -> None:
        kinds: dict[str, Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]] = {
            "bodies": self.body, "heads": self.head, "readers": self.read, "uploads": self.upload,
        }  # fmt: skip
        wanted = dict(word.split("=") for word in self.options.kinds)
        total = sum(map(int, wanted.values()))
        tasks = [
            asyncio.create_task(self.one(kind, kinds[kind]))
            for kind, number in wanted.items()
            for _ in range(int(number))
        ]
        while self.connected < total:
            await asyncio.sleep(0.05)
        print("ready", flush=True)
        await asyncio.wait(tasks, timeout=self.options.seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(json.dumps(self.ends), flush=True)

    async def one(
        self, kind: str, act: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> None:
        ends, end, writer = self.ends.setdefault(kind, Counter()), "cut", None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.options.port, limit=CHUNK)
            self.connected += 1
            working = asyncio.create_task(act(reader, writer))
            answer = asyncio.create_task(reader.readline()) if kind in ("bodies", "heads", "uploads") else working
            try:
                await asyncio.wait({working, answer}, return_when=asyncio.FIRST_COMPLETED)
                if answer is not working:
                    line = await answer
                    if found := re.match(rb"HTTP/1.. (\d+)", line):
                        end = found[1].decode()
                else:
                    end = (await working) or "cut"
            finally:
                working.cancel()
                answer.cancel()
        except OSError:
            self.connected += writer is None
        except asyncio.CancelledError:
            end = "open"
        finally:
            ends[end] += 1
            if writer:
                writer.close()

    async def body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = f"Cookie: {COOKIE}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        writer.write(f"POST /konto/login/ HTTP/1.1\r\n{self.host}{kind}Content-Length: {BODY}\r\n\r\n".encode())
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(self.options.pause)

    async def head(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\n" + self.host.encode())
        while True:
            writer.write(b"X-More: x\r\n")
            await writer.drain()
            await asyncio.sleep(self.options.pause)

    async def read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        cookie = f"Cookie: {self.options.cookie}\r\n" if self.options.cookie else ""
        writer.write(f"GET {self.options.large} HTTP/1.1\r\n{self.host}{cookie}\r\n".encode())
        status = ""
        while data := await reader.read(1024):
            status = status or data[9:12].decode()
            await asyncio.sleep(self.options.pause)
        return status

    async def upload(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        act, mark = self.plan.pop(), "x" * 20
        part = f"--{mark}\r\nContent-Disposition: form-data; name="
        fields = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in act["fields"].items())
        kind = 'filename="skan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body = f'{fields}{part}"file"; {kind}'.encode() + self.file + f"\r\n--{mark}--\r\n".encode()
        writer.write(
            f"POST {act['to']} HTTP/1.1\r\n{self.host}Cookie: {act['cookie']}\r\n"
            f"Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        clock = asyncio.get_running_loop().time
        began = clock()
        for place in range(0, len(body), CHUNK):
            writer.write(body[place : place + CHUNK])
            await writer.drain()
            await asyncio.sleep(max(place / self.options.rate - (clock() - began), 0))
        await asyncio.sleep(3600)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("kinds", nargs="+")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--pause", type=float, default=4.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--large", default="/")
    parser.add_argument("--cookie", default="")
    parser.add_argument("--plan", default="")
    parser.add_argument("--file", default="")
    parser.add_argument("--rate", type=int, default=400_000)
    asyncio.run(Slow(parser.parse_args()).run())


if __name__ == "__main__":
    main()
