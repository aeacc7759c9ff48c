"""An SMTP server that keeps every mail it accepts and misbehaves on command.

    with SmtpSink() as sink:
        sink.plan(Plan("rcpt", reply="451 4.7.1 greylisted", match="an@", times=2))
        ...  # send to sink.host, sink.port
        sink.wait_for(1)
        sink.mails[0].octets

A plan says at which stage of which mail something happens instead of, or before, the good answer:

    stage   connect, ehlo (and helo), auth, mail, rcpt, data (before 354), body (after 354), dot (all of it is here)
    match   regular expression searched in what the client said: the address at mail and rcpt, all recipients at
            data, body and dot; empty matches always
    skip    let so many matches pass first;  times  act so often, 0 for always
    seconds wait first, then go on
    do      "reply" sends `reply` (empty: nothing, the good answer follows), "close" ends the connection,
            "reset" ends it with RST, "hang" says nothing more
    keep    at the dot: the mail counts as accepted although the client does not hear of it
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers.loops import LoopThread

Stage = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "body", "dot"]
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted mail: its envelope, its octets without dot-stuffing, and the connection it came by, from 1."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes
    connection: int


@dataclass
class Plan:
    """One thing that happens; see the module for the words. `fired` counts, so that a test can tell it did."""

    stage: Stage
    do: Literal["reply", "close", "reset", "hang"] = "reply"
    reply: str = ""
    match: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 0
    keep: bool = False
    seen: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    @property
    def is_harmless(self) -> bool:
        """Whether the good answer still follows, only later."""
        return self.do == "reply" and not self.reply

    def applies(self, stage: str, said: str) -> bool:
        """Whether it is this plan's turn now; counts the turn."""
        if stage != self.stage or not re.search(self.match, said) or (self.times and self.fired >= self.times):
            return False
        self.seen += 1
        self.fired += self.seen > self.skip
        return self.seen > self.skip


class SmtpSink:
    """The server in a thread of its own. `tls`: "none", "starttls" or "implicit", the latter two with `context`.

    With `users` (name to password or token) the client must log in, by PLAIN, LOGIN or XOAUTH2. `deliver` is
    called with every accepted mail, in the server's thread. `commands` holds what was asked: (connection, verb);
    `open` the connections there are now.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        tls: Literal["none", "starttls", "implicit"] = "none",
        context: ssl.SSLContext | None = None,
        users: dict[str, str] | None = None,
        deliver: Callable[[Mail], None] | None = None,
        port: int = 0,
    ) -> None:
        self.port = port
        self.mails: list[Mail] = []
        self.commands: list[tuple[int, str]] = []
        self.connections = 0
        self.tls, self.context, self.users, self.deliver = tls, context, users or {}, deliver
        self._plans: list[Plan] = []
        self._arrived = threading.Condition()
        self.open: set[Any] = set()

    def __enter__(self) -> SmtpSink:
        self._thread = LoopThread()
        secure = self.context if self.tls == "implicit" else None
        loop = self._thread.loop
        listening = loop.create_server(lambda: _Session(self, loop), self.host, self.port, ssl=secure)
        self._server = self._thread.run(listening)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.run(self._shut())
        self._thread.close()

    def plan(self, *plans: Plan) -> None:
        """Add plans; of several that apply at once the first acts."""
        self._plans.extend(plans)

    def forget_plans(self) -> None:
        """Behave well from now on."""
        self._plans.clear()

    def wait_for(self, count: int, seconds: float = 10) -> list[Mail]:
        """Wait until so many mails have been accepted. Raises TimeoutError naming how many there are."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise TimeoutError(f"{len(self.mails)} of {count} mails accepted after {seconds} s")
            return list(self.mails)

    def keep(self, mail: Mail) -> None:
        """Accept one mail."""
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()
        if self.deliver:
            self.deliver(mail)

    def due(self, stage: str, said: str) -> Plan | None:
        """The plan that acts now, if any."""
        return next((plan for plan in self._plans if plan.applies(stage, said)), None)

    async def _shut(self) -> None:
        self._server.close()
        for transport in list(self.open):
            transport.abort()
        await asyncio.sleep(0)


class _Session(SMTP):
    line_length_limit = 10_000

    def __init__(self, sink: SmtpSink, loop: asyncio.AbstractEventLoop) -> None:
        self.sink = sink
        self.number = 0
        super().__init__(
            _Hooks(sink),
            hostname="sink.test",
            loop=loop,
            enable_SMTPUTF8=True,
            tls_context=sink.context if sink.tls == "starttls" else None,
            require_starttls=sink.tls == "starttls",
            auth_require_tls=sink.tls == "starttls",
            authenticator=self._is_known,
        )
        self._auth_required = bool(sink.users)  # said here, the constructor would warn that no TLS is demanded

    def connection_made(self, transport: Any) -> None:
        if not self.number:
            self.sink.connections += 1
            self.number = self.sink.connections
        self.sink.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.open.discard(self.transport)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        reply = await self.refusal("connect", "")
        if reply:
            await self.push(reply)
            self.transport.close()
        else:
            await super()._handle_client()

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        self.sink.commands.append((self.number, command))
        return await super()._call_handler_hook(command, *args)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds commands by such names
        reply = await self.refusal("auth", "")
        await (self.push(reply) if reply else super().smtp_AUTH(arg))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        said = " ".join(self.envelope.rcpt_tos)
        reply = await self.refusal("data", said)
        if not reply and (plan := self.sink.due("body", said)):
            await self.push("354 go on")
            reply = await self.act(plan)
        await (self.push(reply) if reply else super().smtp_DATA(arg))

    async def refusal(self, stage: str, said: str) -> str:
        """What a plan answers at this stage, empty where the good answer follows."""
        plan = self.sink.due(stage, said)
        return await self.act(plan) if plan else ""

    async def act(self, plan: Plan) -> str:
        """Do what the plan says; its reply. Never returns where it ends the connection or hangs."""
        await asyncio.sleep(plan.seconds)
        if plan.do == "reset":
            peer = self.transport.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.transport.abort()
        if plan.do == "close":
            self.transport.close()
        if plan.do != "reply":
            await asyncio.Event().wait()
        return plan.reply

    def _is_known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, auth: Any) -> AuthResult:
        known = self.sink.users.get(auth.login.decode()) == auth.password.decode()
        return AuthResult(success=known, handled=known)


class _Hooks:
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_EHLO(  # noqa: N802
        self, server: _Session, session: Any, _envelope: Any, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        reply = await server.refusal("ehlo", name)
        return [reply] if reply else lines

    async def handle_HELO(self, server: _Session, session: Any, _envelope: Any, name: str) -> str:  # noqa: N802
        session.host_name = name
        return await server.refusal("ehlo", name) or "250 sink.test"

    async def handle_MAIL(  # noqa: N802
        self, server: _Session, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        reply = await server.refusal("mail", address)
        if not reply:
            envelope.mail_from = address
        return reply or "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802
        self, server: _Session, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        reply = await server.refusal("rcpt", address)
        if not reply:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: _Session, _session: Any, envelope: Any) -> str:  # noqa: N802
        sender = envelope.mail_from.removeprefix("<>")
        mail = Mail(sender, tuple(envelope.rcpt_tos), bytes(envelope.content), server.number)
        plan = self.sink.due("dot", " ".join(mail.recipients))
        if plan is None or plan.keep or plan.is_harmless:
            self.sink.keep(mail)
        reply = await server.act(plan) if plan else ""
        return reply or "250 2.0.0 kept"

    async def auth_XOAUTH2(self, server: _Session, words: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(words[1]).decode() if len(words) > 1 else ""
        user, _, token = said.removeprefix("user=").rstrip("\x01").partition("\x01auth=Bearer ")
        known = bool(token) and server.sink.users.get(user) == token
        return AuthResult(success=known, handled=known)
