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

from mailbot.model import ConfigurationError, MailbotError, Permanent, Temporary
from mailbot.outbox import store, upkeep_store
from mailbot.outbox.limits import OutboxPolicy, Spent, judge_breaker, longest_window
from mailbot.outbox.retry import Outcome, read_refusal
from mailbot.outbox.store import Attempt, Claimed
from mailbot.storage.database import Database

log = logging.getLogger(__name__)
STOP_SECONDS = 5.0
BREATH = 0.004  # seconds; less than a commit takes, so that a quick relay is kept waiting by fewer of them
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
    """What the pump works with; `spent` is its own memory of what left.

    `unrecorded` are outcomes that the database would not take yet; `doubtful` says that its last answer never came,
    so that mail may be claimed of which nobody knows.
    """

    database: Database
    relay: Relay
    policy: OutboxPolicy
    worker: str
    clock: Callable[[], datetime]
    spent: Spent = field(default_factory=Spent)
    unrecorded: list[Attempt] = field(default_factory=list)
    doubtful: bool = False
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
    try:
        await client.connect()
        client.timeout = relay.read_seconds
        if relay.user:
            login = client.auth_xoauth2 if relay.oauth else client.login
            await login(relay.user, relay.secret())
    except (*_LOST, MailbotError, asyncio.CancelledError):
        client.close()
        raise
    return client


@lru_cache(maxsize=4)
def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


async def pump(delivery: Delivery, *, stop: asyncio.Event | None) -> bool:
    """Hand over everything that is due, several at once; True unless the relay could not be reached.

    There is no barrier: whenever some mails are through, their outcomes are recorded and as many are claimed,
    in one commit. On `stop` nothing more is claimed; whoever cancels the pump has what hangs noted as `unknown`.
    """
    lines = [Line() for _ in range(delivery.relay.connections)]
    under_way: dict[asyncio.Task[Attempt], tuple[Line, Claimed]] = {}
    reached = True
    try:
        while True:
            stopping = (stop is not None and stop.is_set()) or not reached
            busy = [line for line, _ in under_way.values()]
            free = [line for line in lines if line not in busy]
            for mail, line in zip(_exchange(delivery, 0 if stopping else len(free)), free, strict=False):
                under_way[asyncio.create_task(_hand_over(delivery, line, mail))] = (line, mail)
            if not under_way:
                return reached
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(under_way, timeout=BREATH)  # whoever finishes in the same breath shares the commit
            finished = _take_done(under_way)
            delivery.unrecorded += finished
            reached = reached and not any(each.outcome is Outcome.UNREACHED for each in finished)
    except MailbotError:
        await asyncio.wait(under_way, timeout=STOP_SECONDS) if under_way else None
        raise
    finally:
        await _abandon(delivery, under_way)
        await _hang_up(lines)


def _take_done(under_way: dict[asyncio.Task[Attempt], tuple[Line, Claimed]]) -> list[Attempt]:
    done = [task for task in under_way if task.done()]
    for task in done:
        del under_way[task]
    return [task.result() for task in done]


async def _abandon(delivery: Delivery, under_way: dict[asyncio.Task[Attempt], tuple[Line, Claimed]]) -> None:
    """End what is under way, and record what became of it; what the database will not take waits in memory."""
    for task in under_way:
        task.cancel()
    for task, (_, mail) in under_way.items():
        try:
            delivery.unrecorded.append(await task)
        except asyncio.CancelledError:  # it had not even begun
            delivery.unrecorded.append(Attempt(mail, Outcome.UNREACHED, 0, "stopped before it began"))
    under_way.clear()
    with suppress(MailbotError):
        _exchange(delivery, 0)


def _exchange(delivery: Delivery, want: int) -> list[Claimed]:
    """Record and claim. Where the database fails, nothing is forgotten: outcomes stay here, lost claims are freed."""
    now, finished = delivery.clock(), list(delivery.unrecorded)
    _watch_breaker(delivery, now)
    if not finished and not want:
        return []
    if delivery.doubtful:
        _settle_doubts(delivery, now)
        finished = []
    delivery.doubtful = True
    claimed = store.exchange(delivery.database, delivery.worker, finished, want, delivery.spent, delivery.policy, now)
    delivery.doubtful = False
    del delivery.unrecorded[: len(finished)]
    return claimed


def _settle_doubts(delivery: Delivery, now: datetime) -> None:
    """After a commit whose answer was lost: record again what may be recorded, then free what nobody knows of."""
    store.exchange(delivery.database, delivery.worker, delivery.unrecorded, 0, delivery.spent, delivery.policy, now)
    delivery.unrecorded.clear()
    upkeep_store.free_claims(delivery.database, delivery.worker)


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
    hindrance = await _ready(delivery.relay, line, mail) or await _addressed(delivery, line, mail)
    return hindrance or await _transmit(delivery, line, mail)


async def _ready(relay: Relay, line: Line, mail: Claimed) -> Attempt | None:
    """Have a connection; what stands against it, where something does, is never the mail's fault."""
    if line.client is not None and line.client.is_connected:
        return None
    try:
        line.client = await connect(relay)
    except SMTPResponseException as error:
        outcome = Outcome.OURS if error.code >= 500 or isinstance(error, SMTPAuthenticationError) else Outcome.UNREACHED
        return Attempt(mail, outcome, error.code, f"{error.code} {error.message}"[:300])
    except ssl.SSLCertVerificationError as error:
        return Attempt(mail, Outcome.UNREACHED, 0, f"the relay's certificate is not valid: {error.verify_message}")
    except (ConfigurationError, Permanent, Temporary) as error:
        return Attempt(mail, Outcome.UNREACHED, 0, str(error))
    except (*_LOST, asyncio.CancelledError) as error:
        return Attempt(mail, Outcome.UNREACHED, 0, f"{type(error).__name__}: {error}"[:300])
    return None


async def _addressed(delivery: Delivery, line: Line, mail: Claimed) -> Attempt | None:
    """MAIL and RCPT on a ready line; the outcome where they were not accepted."""
    assert line.client is not None
    try:
        await _address(delivery, line.client, mail)
    except SMTPResponseException as error:
        await _reset(line)
        return _refused(mail, error, about_sender=isinstance(error, SMTPSenderRefused))
    except (*_LOST, asyncio.CancelledError) as error:
        await _drop(line)
        return Attempt(mail, Outcome.UNREACHED, 0, f"{type(error).__name__}: {error}"[:300])
    return None


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
    except (*_LOST, asyncio.CancelledError) as error:
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
