"""An IMAP server in a thread of this process (pymap), where Dovecot is not installed. In memory only.

    with Pymap() as server:
        server.deliver("corona", b"Subject: dag\r\n\r\ntekst\r\n")
        ...  # IMAP at server.port (plain), server.starttls_port, server.tls_port (implicit), CA in server.ca_file

It offers what `Dovecot` offers, so that one test runs on both. It has no CONDSTORE and no XOAUTH2.
"""

from __future__ import annotations

import asyncio
import os
import socket
from argparse import Namespace
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import Any

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from mailbot.demo.server import QuickConfig
from tests.servers import daemons
from tests.servers.loops import LoopThread
from tests.servers.tls import Authority

USERS = ("corona", "helpt")
PASSWORD = "geheim-van-de-balie"
NAMES = ("host", "port", "cert", "key", "passlib_cfg", "proxy_protocol", "debug", "demo_data", "demo_user")


class Pymap:
    """The server; `users` are names and passwords."""

    name = "pymap"
    host = "127.0.0.1"

    def __init__(self) -> None:
        self.users = dict.fromkeys(USERS, PASSWORD)

    def __enter__(self) -> Pymap:
        os.environ.setdefault("FQDN", "localhost")  # else pymap looks our name up in the DNS
        with ExitStack() as stack:
            authority = Authority(stack.enter_context(daemons.folder_for("pymap")))
            self.ca_file, self._context = authority.ca_file, authority.server_context()
            self._thread = LoopThread()
            stack.callback(self._thread.close)
            self._thread.run(self._start())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            self._thread.loop.call_soon_threadsafe(server.close)
        self._stack.close()

    def new_user(self) -> str:
        """The name of a user with an empty mailbox."""
        name = f"user{len(self.users)}"
        self.users[name] = PASSWORD
        self._thread.run(self._admit(name))
        return name

    def deliver(self, user: str, octets: bytes, at: datetime | None = None) -> None:
        """Put one letter into the INBOX; whoever idles there hears of it. `at` becomes INTERNALDATE."""
        self.deliver_all(user, [octets], at)

    def deliver_all(self, user: str, letters: Iterable[bytes], at: datetime | None = None) -> None:
        """Put many letters into the INBOX, in order."""
        self._thread.run(self._append(user, list(letters), at or datetime.now(UTC)))

    async def _start(self) -> None:
        words = Namespace(**dict.fromkeys(NAMES), demo_password="unused", tls=False)
        quick: dict[str, Any] = {"invalid_user_sleep": 0.01, "hash_context": Cleartext()}
        self._backend, _ = await DictBackend.init(words, **quick)
        plain = QuickConfig.from_args(words, **quick)
        words.tls = True
        secure = QuickConfig.from_args(words, ssl_context=self._context, **quick)
        self._config = plain
        for user in self.users:
            await self._admit(user)
        doors = [await self._open(plain), await self._open(secure), await self._open(plain, ssl=self._context)]
        self._servers = doors
        self.port, self.starttls_port, self.tls_port = (door.sockets[0].getsockname()[1] for door in doors)

    async def _open(self, config: Config, **secure: Any) -> asyncio.Server:
        serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(self._backend.login, config))

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Nagle's algorithm and delayed acknowledgements together would cost 40 ms a command."""
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(asyncio.CancelledError, ConnectionError):
                await serve(reader, writer)

        return await asyncio.start_server(connected, self.host, 0, **secure)

    async def _admit(self, user: str) -> None:
        await self._identity(user).set(UserMetadata(self._config, user, password=PASSWORD))

    def _identity(self, user: str) -> Identity:
        return Identity(user, self._backend.login, None, frozenset())

    async def _append(self, user: str, letters: list[bytes], at: datetime) -> None:
        async with self._identity(user).new_session() as session:
            for octets in letters:
                await session.append_messages("INBOX", [AppendMessage(octets, at, frozenset())])
