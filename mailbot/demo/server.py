"""A mail server in this process, for the demo and the tests: IMAP by pymap, SMTP by aiosmtpd, on loopback only.

Mail to one of its mailboxes is delivered there, plus-addresses too; mail to anybody else is kept as that
citizen's inbox. Nothing is written to disk. It is no server for a town.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from argparse import Namespace
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import Cleartext

T = TypeVar("T")
Answering = Callable[[str, bytes], str]
PASSWORD = "demo"  # noqa: S105 - it opens nothing but this process
START_SECONDS = 20


def accept(_recipient: str, _octets: bytes) -> str:
    """The answer of a relay that takes everything."""
    return "250 2.0.0 kept"


@cache
def _ways_in() -> SASLAuth:
    return SASLAuth.defaults()


class QuickConfig(Config):
    """Looks once among all that is installed for the ways to log in, and not twice for every connection."""

    @property
    def tls_auth(self) -> SASLAuth:
        return _ways_in()


class EmbeddedMail:
    """Runs in a thread of its own from `start` to `stop`, or for a `with` block.

    `mailboxes` maps a login to its address. `inboxes` holds what citizens received, by address.
    """

    def __init__(self, mailboxes: Mapping[str, str], answer: Answering = accept) -> None:
        self.mailboxes = dict(mailboxes)
        self.inboxes: defaultdict[str, list[bytes]] = defaultdict(list)
        self.accepted = 0
        self.imap_port = 0
        self.smtp_port = 0
        self._answer = answer
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="embedded mail", daemon=True)
        self._servers: list[asyncio.AbstractServer] = []

    def __enter__(self) -> EmbeddedMail:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open both ports; they are in `imap_port` and `smtp_port` afterwards."""
        self._thread.start()
        self._call(self._start())

    def stop(self) -> None:
        """Close the ports and end the thread."""
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def deliver(self, login: str, letters: Iterable[bytes]) -> None:
        """Put letters into a mailbox; whoever idles there hears of it."""
        self._call(self._append(login, list(letters)))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(START_SECONDS)

    async def _start(self) -> None:
        os.environ.setdefault("FQDN", "localhost")  # else pymap looks our name up in the DNS
        await self._start_imap()
        smtp = await self._loop.create_server(self._smtp, "127.0.0.1", 0)
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        self._servers.append(smtp)

    async def _start_imap(self) -> None:
        arguments = Namespace(**_PYMAP_ARGUMENTS)
        quick: dict[str, Any] = {"invalid_user_sleep": 0.01, "hash_context": Cleartext()}
        self._backend, _ = await DictBackend.init(arguments, **quick)
        config = QuickConfig.from_args(arguments, **quick)
        for login in self.mailboxes:
            await self._identity(login).set(UserMetadata(config, login, password=PASSWORD))
        serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(self._backend.login, config))
        server = await asyncio.start_server(_without_delay(serve), "127.0.0.1", 0)
        self.imap_port = server.sockets[0].getsockname()[1]
        self._servers.append(server)

    def _identity(self, login: str) -> Identity:
        return Identity(login, self._backend.login, None, frozenset())

    async def _append(self, login: str, letters: list[bytes]) -> None:
        async with self._identity(login).new_session() as session:
            for octets in letters:
                message = AppendMessage(octets, datetime.now(UTC), frozenset())
                await session.append_messages("INBOX", [message])

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _smtp(self) -> SMTP:
        return SMTP(self, hostname="localhost", enable_SMTPUTF8=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep an accepted mail; aiosmtpd calls this by its name."""
        octets = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            answer = self._answer(recipient, octets)
            if not answer.startswith("250"):
                return answer
            await self._keep(recipient.lower(), octets)
        return "250 2.0.0 kept"

    async def _keep(self, recipient: str, octets: bytes) -> None:
        self.accepted += 1
        local, _, domain = recipient.partition("@")
        address = f"{local.partition('+')[0]}@{domain}"
        login = next((login for login, own in self.mailboxes.items() if own == address), None)
        if login is None:
            self.inboxes[recipient].append(octets)
        else:
            await self._append(login, [f"Delivered-To: {recipient}\r\n".encode() + octets])


_PYMAP_ARGUMENTS: dict[str, Any] = dict.fromkeys(("host", "port", "cert", "key", "passlib_cfg", "proxy_protocol")) | {
    "tls": False,
    "debug": False,
    "demo_data": False,
    "demo_user": "unused",
    "demo_password": "unused",
}

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _without_delay(serve: Serve) -> Serve:
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms a command."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(asyncio.CancelledError, ConnectionError):
            await serve(reader, writer)

    return connected
