"""The one door through which mail leaves: SMTP (RFC 5321) over a few kept connections. Decides nothing.

Everything before DATA is safe to repeat. From DATA on only the relay's own answer is definite; a line lost there
leaves the mail `unknown`. Each mail has one recipient, so no refusal is partial.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from mailbot.model import ConfigurationError
from mailbot.outbox import store, upkeep_store
from mailbot.outbox.limits import OutboxPolicy, Spent, judge_breaker, longest_window
from mailbot.outbox.retry import Outcome, read_refusal
from mailbot.outbox.store import Attempt, Claimed
from mailbot.storage.database import Database

log = logging.getLogger(__name__)
STOP_SECONDS = 5.0
BREAKER_LOOK = timedelta(seconds=2)
_LOST = (SMTPServerDisconnected, SMTPException, OSError, EOFError, asyncio.TimeoutError, ValueError)


@dataclass(frozen=True, slots=True)
class Relay:
    """How to reach the relay; times in seconds. `secret` gives the password, or the token where `oauth`."""

    host: str
    port: int
    tls: str = "implicit"
    user: str = ""
    secret: Callable[[], str] = str
    oauth: bool = False
    ca_file: Path | None = None
    connections: int = 4
    connect_seconds: float = 10
    read_seconds: float = 60
    data_seconds: float = 600
    null_sender: bool = True


@dataclass
class Delivery:
    """What the pump works with; `spent` is its own memory of what left."""

    database: Database
    relay: Relay
    policy: OutboxPolicy
    worker: str
    clock: Callable[[], datetime]
    spent: Spent = field(default_factory=Spent)
    breaker_looked: datetime | None = None
    null_refused: bool = False


@dataclass
class Line:
    """One connection to the relay, kept between mails."""

    client: aiosmtplib.SMTP | None = None


async def connect(relay: Relay) -> aiosmtplib.SMTP:
    """A connection that is logged in. Raises SMTPException or OSError."""
    context = None if relay.tls == "none" else _context(relay.ca_file)
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls == "implicit",
        start_tls=relay.tls == "starttls",  # never opportunistic: a stripped STARTTLS must fail
        tls_context=context,
        timeout=relay.connect_seconds,
    )
    await client.connect()
    client.timeout = relay.read_seconds
    if relay.user:
        login = client.auth_xoauth2 if relay.oauth else client.login
        await login(relay.user, relay.secret())
    return client


@lru_cache(maxsize=4)
def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


async def pump(delivery: Delivery, *, stop: asyncio.Event | None) -> bool:
    """Hand over everything that is due, several at once; True unless the relay could not be reached.

    There is no barrier: whenever some mails are through, their outcomes are recorded and as many are claimed,
    in one commit. On `stop` nothing more is claimed, and what is under way has a few seconds to end.
    """
    lines = [Line() for _ in range(delivery.relay.connections)]
    under_way: dict[asyncio.Task[Attempt], Line] = {}
    finished: list[Attempt] = []
    reached = True
    try:
        while True:
            stopping = (stop is not None and stop.is_set()) or not reached
            free = [line for line in lines if line not in under_way.values()]
            claimed = _exchange(delivery, finished, 0 if stopping else len(free))
            finished = []
            for mail, line in zip(claimed, free, strict=False):
                under_way[asyncio.create_task(_hand_over(delivery, line, mail))] = line
            if not under_way:
                return reached
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # whoever finishes in the same breath shares the commit
            done = [task for task in under_way if task.done()]
            finished = [task.result() for task in done]
            for task in done:
                del under_way[task]
            reached = reached and not any(each.outcome is Outcome.UNREACHED for each in finished)
    finally:
        await _hang_up(lines)


def _exchange(delivery: Delivery, finished: list[Attempt], want: int) -> list[Claimed]:
    now = delivery.clock()
    _watch_breaker(delivery, now)
    if not finished and not want:
        return []
    return store.exchange(delivery.database, delivery.worker, finished, want, delivery.spent, delivery.policy, now)


def _watch_breaker(delivery: Delivery, now: datetime) -> None:
    if delivery.breaker_looked is not None and now - delivery.breaker_looked < BREAKER_LOOK:
        return
    if delivery.breaker_looked is None:
        delivery.spent = upkeep_store.recall_spent(delivery.database, delivery.policy, now)
    delivery.breaker_looked = now
    delivery.spent.forget(now - longest_window(delivery.policy))
    policy = delivery.policy
    window = timedelta(minutes=policy.breaker_window_minutes)
    with delivery.database.begin() as connection:
        mails, bounces = upkeep_store.lately(connection, window, now)
        tripped = judge_breaker(mails, bounces, now, policy)
        if tripped and store.trip(connection, tripped, now):
            log.error("outgoing mail is parked: %s", tripped.reason)


async def _hand_over(delivery: Delivery, line: Line, mail: Claimed) -> Attempt:
    """Try one mail on one line; every way it can end is an outcome, none is an exception."""
    try:
        if line.client is None or not line.client.is_connected:
            line.client = await connect(delivery.relay)
        await _address(delivery, line.client, mail)
    except SMTPResponseException as error:
        ours = isinstance(error, SMTPSenderRefused | SMTPAuthenticationError)
        await _reset(line)
        return _refused(mail, error, about_sender=ours)
    except ssl.SSLCertVerificationError as error:
        return Attempt(mail, Outcome.UNREACHED, 0, f"the relay's certificate is not valid: {error.verify_message}")
    except ConfigurationError as error:
        return Attempt(mail, Outcome.UNREACHED, 0, str(error))
    except _LOST as error:
        await _drop(line)
        return Attempt(mail, Outcome.UNREACHED, 0, f"{type(error).__name__}: {error}"[:300])
    return await _transmit(delivery, line, mail)


async def _address(delivery: Delivery, client: aiosmtplib.SMTP, mail: Claimed) -> None:
    """MAIL and RCPT; the null return path (RFC 3834 §3.1.2) where the relay permits it."""
    if delivery.relay.null_sender and not delivery.null_refused and mail.envelope_from == "":
        try:
            await client.mail("")
        except SMTPSenderRefused as error:
            if error.code < 500:
                raise
            delivery.null_refused = True
            await client.mail(_own_address(mail))
    else:
        await client.mail(mail.envelope_from or _own_address(mail))
    await client.rcpt(mail.recipient)


def _own_address(mail: Claimed) -> str:
    """The address in our own From, for relays that refuse the null return path."""
    head = mail.octets.partition(b"\r\nTo:")[0]
    return head.rpartition(b"<")[2].partition(b">")[0].decode("ascii", "replace") or "postmaster"


async def _transmit(delivery: Delivery, line: Line, mail: Claimed) -> Attempt:
    assert line.client is not None
    try:
        response = await line.client.data(mail.octets, timeout=delivery.relay.data_seconds)
    except SMTPResponseException as error:
        await (_drop(line) if error.code == 421 else _reset(line))
        return _refused(mail, error, about_sender=False)
    except _LOST as error:
        await _drop(line)
        return Attempt(mail, Outcome.UNKNOWN, 0, f"lost after DATA: {type(error).__name__}")
    return Attempt(mail, Outcome.ACCEPTED, response.code, response.message[:300])


def _refused(mail: Claimed, error: SMTPResponseException, *, about_sender: bool) -> Attempt:
    outcome = read_refusal(error.code, error.message, about_sender=about_sender)
    return Attempt(mail, outcome, error.code, f"{error.code} {error.message}"[:300])


async def _reset(line: Line) -> None:
    """Make a line ready for the next mail after a refusal, or drop it."""
    try:
        if line.client is not None and line.client.is_connected:
            await line.client.rset()
    except _LOST:
        await _drop(line)


async def _drop(line: Line) -> None:
    client, line.client = line.client, None
    if client is not None:
        with suppress(*_LOST):
            client.close()


async def _hang_up(lines: list[Line]) -> None:
    for line in lines:
        if line.client is not None and line.client.is_connected:
            with suppress(*_LOST):
                await asyncio.wait_for(line.client.quit(), timeout=2)
        await _drop(line)
