"""Other doors, same tickets: what was told by telephone, form or colleague is written down, judged and ticketed.

In one transaction, under the operator's name. Nobody is answered by a machine: a person spoke to them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from mailbot.intake.forms import Told, written_down
from mailbot.intake.identity import content_key
from mailbot.intake.parse import parse
from mailbot.model import Action, Alert, FileAs, Intent, Judgement, Kind, MessageState, OpenTicket, Screening, Silence
from mailbot.opening import Opened
from mailbot.outbox import store as outbox
from mailbot.storage.tables import DELIVERY, EVENT, MESSAGE, PARTY, RAW, TICKET, TICKET_MESSAGE
from mailbot.tickets.decide import PURPOSES
from mailbot.tickets.rows import Judged
from mailbot.tickets.store import apply
from mailbot.triage.classify import classify

UNFINISHED = ("new", "open", "pending")
MOST_KNOWN = 20


@dataclass(frozen=True, slots=True)
class Known:
    """An unfinished ticket of somebody who looks like the same person, and by what."""

    ticket: int
    how: str
    name: str
    subject: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: the tickets opened (none where it was taken before), and who it may be."""

    tickets: tuple[int, ...]
    known: tuple[Known, ...]
    before: int | None = None


def take_down(opened: Opened, told: Told, actor: str, now: datetime, once: str) -> Taken:
    """Write down what was told, as tickets. The same with the same `once` is taken once."""
    with opened.office.database.begin() as connection:
        known = tuple(look_up(connection, told.phone, told.email, told.name))
        octets = written_down(told, opened.office.desk.signing.host, once)
        before = connection.scalar(select(MESSAGE.c.id).where(MESSAGE.c.content_key == content_key(octets)))
        if before is not None:
            return Taken((), known, connection.scalar(_ticket_of(before)))
        message = _collect(connection, told.channel, octets, now)
        judged = Judged(message, told.channel, _judge(opened, told, octets))
        written = apply(connection, [judged], now)
        outbox.enqueue(connection, opened.office.correspondence.drafts([judged], written, now), now)
        tickets = tuple(connection.scalars(_tickets_of(message)))
        for number in tickets:
            _complete(connection, number, message, told, actor, now)
            _suggest(connection, number, message, known, now)
        return Taken(tickets, known)


def look_up(connection: Connection, phone: str, email: str, name: str) -> list[Known]:
    """Unfinished tickets by the same number, address or name; each once, by the strongest likeness."""
    ways = (("number", TICKET.c.phone == phone, phone), ("address", TICKET.c.requester_email == email, email),
            ("name", func.lower(TICKET.c.requester_name) == name.lower(), name))  # fmt: skip
    found: dict[int, Known] = {}
    for how, same, given in ways:
        if not given:
            continue
        wanted = select(TICKET).where(same, TICKET.c.status.in_(UNFINISHED), TICKET.c.merged_into.is_(None))
        for row in connection.execute(wanted.order_by(TICKET.c.id.desc()).limit(MOST_KNOWN)):
            found.setdefault(row.id, Known(row.id, how, row.requester_name, row.subject))
    return list(found.values())


def _ticket_of(message: int) -> Any:
    return select(func.min(TICKET_MESSAGE.c.ticket)).where(TICKET_MESSAGE.c.message == message)


def _tickets_of(message: int) -> Any:
    wanted = select(TICKET_MESSAGE.c.ticket).where(TICKET_MESSAGE.c.message == message)
    return wanted.order_by(TICKET_MESSAGE.c.ticket)


def _collect(connection: Connection, channel: str, octets: bytes, now: datetime) -> int:
    """Keep the octets as collecting keeps a mail's; its door is its mailbox, its number there its own."""
    row: dict[str, Any] = {"content_key": content_key(octets), "mailbox": channel, "state": MessageState.COLLECTED}
    row |= {
        "reason": "",
        "size": len(octets),
        "truncated": False,
        "arrived_at": now,
        "collected_at": now,
        "attempts": 0,
    }
    number: int = connection.scalar(MESSAGE.insert().returning(MESSAGE.c.id), row | {"kind": "", "verdict": {}}) or 0
    connection.execute(RAW.insert(), {"message": number, "octets": zlib.compress(octets)})
    delivery = {"mailbox": channel, "uidvalidity": 1, "uid": number, "message": number, "collected_at": now}
    connection.execute(DELIVERY.insert(), delivery | {"filed_at": now, "note": ""})
    return number


def _judge(opened: Opened, told: Told, octets: bytes) -> Judgement:
    """Read what was told as a person's letter; whoever told it is answered by a person."""
    letter = parse(octets, told.channel)
    screening = Screening(Kind.HUMAN, f"taken down by a colleague ({told.channel})")
    verdict = classify(letter, opened.office.desk.rules, screening)
    wanted = dict.fromkeys((verdict.intent, *(each for each in verdict.also if each in PURPOSES)))
    actions: list[Action] = [FileAs(MessageState.TICKETED, f"by {told.channel}")]
    actions += [OpenTicket(Intent(intent), verdict.urgent) for intent in wanted]
    actions.append(Silence(f"told by {told.channel}: a person answers"))
    if verdict.urgent:
        actions.append(Alert("coordinator", "urgent letter"))
    return Judgement(letter, screening, verdict, tuple(actions))


def _complete(connection: Connection, number: int, message: int, told: Told, actor: str, now: datetime) -> None:
    """What the form says goes before what was read in its words."""
    said = {"requester_name": told.name, "phone": told.phone, "place": told.place, "language": told.language}
    values: dict[str, Any] = {name: value for name, value in said.items() if value}
    values |= {"channel": told.channel, "requester_email": told.email}
    if told.on_behalf:
        values["on_behalf"] = True
    connection.execute(update(TICKET).where(TICKET.c.id == number).values(values))
    if told.email:
        here = PARTY.c.ticket == number, PARTY.c.email == told.email
        connection.execute(update(PARTY).where(*here).values(name=told.name))
    details = {"channel": told.channel, "reporter": told.reporter, "for": told.on_behalf, "consent": told.consent}
    event = {"at": now, "actor": actor, "kind": "taken down", "ticket": number, "message": message}
    connection.execute(EVENT.insert(), event | {"details": details})


def _suggest(connection: Connection, number: int, message: int, known: Sequence[Known], now: datetime) -> None:
    """Note who it may be; nothing is merged by itself."""
    rows = [
        {"at": now, "actor": "mailbot", "kind": "suggested", "ticket": number, "message": message}
        | {"details": {"ticket": each.ticket, "how": f"the same {each.how}"}}
        for each in known
    ]
    if rows:
        connection.execute(EVENT.insert(), rows)
