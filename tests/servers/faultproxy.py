"""A TCP proxy that breaks a connection where it is told to. Knows no protocol; TLS passes through unread.
with FaultProxy((server.host, server.port), Fault("hang", match=rb"\\{\\d+\\}\\r\\n.{40}")) as proxy:
    ...  # connect to proxy.host, proxy.port

way     "down" from server to client (default), "up" from client to server
match   regular expression over the bytes of that way, also across packets; or
after   so many bytes of that way in one connection
skip    let so many matches pass first, counted over all connections;  times  act so often, 0 for always
do      "close" or "reset" at the end of the match; "hang" there, the line stays open; "drip" one byte per
        `seconds` from there on; "replace" the match by `put` on its way; "answer" a match of way "up" with
        `put` instead of passing it on ({tag}: its first word), then `end` ("", "close", "hang")
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.loops import LoopThread

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
MEMORY = 512  # octets already passed on in which a match may begin


@dataclass
class Fault:
    """One thing that goes wrong; `fired` counts, so that a test can tell it did."""

    do: Literal["close", "reset", "hang", "drip", "replace", "answer"]
    way: Literal["down", "up"] = "down"
    match: bytes | None = None
    after: int | None = None
    skip: int = 0
    times: int = 1
    put: bytes = b""
    end: Literal["", "close", "hang"] = ""
    seconds: float = 0.05
    fired: int = field(default=0, init=False)

    def find(self, passed: int, memory: bytes, octets: bytes) -> tuple[int, int] | None:
        """Where in `octets` this fault begins and ends its work, None where it has none."""
        if self.times and self.fired >= self.times:
            return None
        if self.match is None:
            at = (self.after or 0) - passed
            return (at, at) if 0 <= at < len(octets) and self._counts() else None
        for found in re.finditer(self.match, memory + octets, re.DOTALL | re.IGNORECASE):
            if found.end() > len(memory) and self._counts():
                return max(found.start() - len(memory), 0), found.end() - len(memory)
        return None

    def _counts(self) -> bool:
        self.skip, turn = max(self.skip - 1, 0), self.skip == 0
        self.fired += turn
        return turn


class FaultProxy:
    """Listens on a free port of 127.0.0.1 and passes everything on to `upstream`, but for its faults."""

    host = "127.0.0.1"

    def __init__(self, upstream: tuple[str, int], *faults: Fault) -> None:
        self.upstream, self.faults, self.port = upstream, list(faults), 0
        self.connections = 0
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> FaultProxy:
        self._thread = LoopThread()
        self._server = self._thread.run(asyncio.start_server(self._connected, self.host, 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.run(self._shut())
        self._thread.close()

    async def _shut(self) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        server, to_server = await asyncio.open_connection(*self.upstream)
        ends = {to_client, to_server}
        self._open |= ends
        for end in ends:
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = (_Line(self, "up", to_server, to_client), _Line(self, "down", to_client, to_client))
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(lines[0].carry(client), lines[1].carry(server))
        self._open -= ends
        for end in ends:
            end.close()


class _Line:
    """One direction of one connection."""

    def __init__(self, proxy: FaultProxy, way: str, to: asyncio.StreamWriter, client: asyncio.StreamWriter) -> None:
        self.faults = [fault for fault in proxy.faults if fault.way == way]
        self.to, self.client = to, client
        self.passed, self.memory, self.pause = 0, b"", 0.0

    async def carry(self, source: asyncio.StreamReader) -> None:
        while octets := await source.read(65536):
            for fault in self.faults:
                if place := fault.find(self.passed, self.memory, octets):
                    octets = await self._act(fault, octets, *place)
                    break
            await self._pass(octets)
        self.to.close()

    async def _pass(self, octets: bytes) -> None:
        self.passed += len(octets)
        self.memory = (self.memory + octets)[-MEMORY:]
        for piece in [octets] if not self.pause else (octets[n : n + 1] for n in range(len(octets))):
            self.to.write(piece)
            await self.to.drain()
            await asyncio.sleep(self.pause)

    async def _act(self, fault: Fault, octets: bytes, start: int, end: int) -> bytes:
        """Let the fault happen; what is left to pass on. Does not return where nothing more may pass."""
        kept = octets[:start] if fault.do in {"replace", "answer"} else octets[:end]
        await self._pass(kept)
        if fault.do == "drip":
            self.pause = fault.seconds
        if fault.do == "replace":
            return fault.put + octets[end:]
        if fault.do == "answer":
            tag = octets[start:end].split(b" ")[0]
            self.client.write(fault.put.replace(b"{tag}", tag))
        await self._end(fault.end if fault.do == "answer" else fault.do)
        return octets[end:]

    async def _end(self, how: str) -> None:
        if how == "hang":
            await asyncio.Event().wait()
        if how in {"close", "reset"}:
            if how == "reset":
                self.client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.client.close()
            raise ConnectionAbortedError
