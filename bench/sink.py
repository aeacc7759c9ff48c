"""An SMTP sink in a process of its own: accepts everything at little cost, so that what is measured is the sender.

python -m bench.sink          prints its port, then a line with the number accepted for each line it reads
"""

from __future__ import annotations

import asyncio
import sys

ACCEPTED = 0


class Sink(asyncio.Protocol):
    """As much of SMTP (RFC 5321) as a relay on loopback needs."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.held = b""
        self.in_body = False
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, octets: bytes) -> None:
        global ACCEPTED  # noqa: PLW0603 - one counter is the whole state of this program
        self.held += octets
        while True:
            mark = b"\r\n.\r\n" if self.in_body else b"\r\n"
            at = self.held.find(mark)
            if at < 0:
                return
            line, self.held = self.held[:at], self.held[at + len(mark) :]
            if self.in_body:
                self.in_body = False
                ACCEPTED += 1
                self.transport.write(b"250 2.0.0 kept\r\n")
            else:
                self.answer(line[:4].upper())

    def answer(self, verb: bytes) -> None:
        answers = {
            b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE\r\n",
            b"DATA": b"354 go\r\n",
            b"QUIT": b"221 bye\r\n",
        }
        self.in_body = verb == b"DATA"
        self.transport.write(answers.get(verb, b"250 2.0.0 ok\r\n"))
        if verb == b"QUIT":
            self.transport.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(ACCEPTED, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
