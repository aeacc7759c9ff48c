"""Digests, their rows and answers, and the questions to both sides, at rest. Decides nothing, mails nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from mailbot.matching.playbook import Matchmaker
from mailbot.matching.reply_auth import Digest
from mailbot.matching.states import OPEN
from mailbot.model import OutboxState
from mailbot.storage.database import insert_new
from mailbot.storage.matching_tables import ASK, DIGEST, DIGEST_ANSWER, DIGEST_LINE, MATCH, MATCHMAKER
from mailbot.storage.tables import OUTBOX, TICKET, UNREACHABLE

Row = dict[str, Any]
DIGESTS = ("digest", "contact_sheet")  # purposes of mails that hold rows


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one person. A second with the same `once_key` is not asked."""

    about: str
    side: str
    ticket: int
    match: int | None
    recipient: str
    once_key: str
    expires_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


def open_digest(connection: Connection, matchmaker: str, about: str, occasion: str, now: datetime) -> int | None:
    """The number of a new digest; None where this matchmaker has had the one of this occasion."""
    row = {"matchmaker": matchmaker, "about": about, "occasion": occasion, "token": "", "sent_at": now, "missing": {}}
    number: int | None = connection.scalar(insert_new(connection, DIGEST).returning(DIGEST.c.id), row)
    return number


def fill_digest(
    connection: Connection,
    digest: int,
    token: str,
    lines: Sequence[tuple[int, int, str]],
    about: str,
    missing: Mapping[int, Sequence[int]],
) -> None:
    """Give a digest its token, its rows, each (number, match, token), and whom each question it shows would go to."""
    shown = {str(request): list(offers) for request, offers in missing.items()}
    connection.execute(update(DIGEST).where(DIGEST.c.id == digest).values(token=token, missing=shown))
    rows = [{"digest": digest, "number": n, "match": match, "token": key, "about": about} for n, match, key in lines]
    if rows:
        connection.execute(DIGEST_LINE.insert(), rows)


def digests_named(
    connection: Connection, numbers: Iterable[int], matches: Iterable[int]
) -> dict[int, tuple[Row, list[Row]]]:
    """Digests by number, and those that have rows of these matches; each with its rows in order (with `request`)."""
    of_matches = select(DIGEST_LINE.c.digest).where(DIGEST_LINE.c.match.in_(list(matches)))
    wanted = set(numbers) | set(connection.scalars(of_matches))
    if not wanted:
        return {}
    heads = connection.execute(select(DIGEST).where(DIGEST.c.id.in_(wanted))).mappings()
    found: dict[int, tuple[Row, list[Row]]] = {row["id"]: (dict(row), []) for row in heads}
    joined = DIGEST_LINE.join(MATCH, MATCH.c.id == DIGEST_LINE.c.match)
    lines = select(DIGEST_LINE, MATCH.c.request).select_from(joined).where(DIGEST_LINE.c.digest.in_(wanted))
    for line in connection.execute(lines.order_by(DIGEST_LINE.c.number)).mappings():
        if line["digest"] in found:
            found[line["digest"]][1].append(dict(line))
    return found


def as_digest(head: Row, lines: Sequence[Row], matchmakers: Sequence[Matchmaker], authserv_id: str | None) -> Digest:
    """A stored digest as the reader of replies knows it."""
    return Digest(
        id=f"D-{head['id']}",
        token=head["token"],
        matchmaker=head["matchmaker"],
        rows=tuple(line["number"] for line in lines),
        sent_at=head["sent_at"],
        authserv_id=authserv_id,
        matchmakers=tuple(f"{one.name} <{one.address}>" for one in matchmakers),
        matches={f"m-{line['match']}": line["number"] for line in lines},
        row_tokens={f"m-{line['match']}": line["token"] for line in lines},
        missing=tuple(map(int, head["missing"])),
    )


def line_of(connection: Connection, digest: int, number: int) -> Row | None:
    """One row of a digest; None where it has no such row."""
    wanted = select(DIGEST_LINE).where(DIGEST_LINE.c.digest == digest, DIGEST_LINE.c.number == number)
    found = connection.execute(wanted).mappings().first()
    return dict(found) if found else None


def shown_for(connection: Connection, digest: int, request: int) -> list[int]:
    """The offers to which the question of a request would go, as a digest showed it."""
    missing = connection.scalar(select(DIGEST.c.missing).where(DIGEST.c.id == digest)) or {}
    return list(missing.get(str(request), ()))


def use_answer(
    connection: Connection, digest: int, number: int, command: str, message: int | None, now: datetime
) -> bool:
    """Spend a row's token on a command; False where it was spent on it before, as a replayed answer would."""
    row = {"digest": digest, "number": number, "command": command, "at": now, "message": message}
    new = insert_new(connection, DIGEST_ANSWER).returning(DIGEST_ANSWER.c.number)
    return connection.execute(new, row).first() is not None


def was_used(connection: Connection, digest: int, number: int, command: str) -> bool:
    """Whether a row's token was spent on a command."""
    key = DIGEST_ANSWER.c
    wanted = select(key.at).where(key.digest == digest, key.number == number, key.command == command)
    return connection.execute(wanted).first() is not None


def ask(connection: Connection, question: Question, now: datetime) -> int | None:
    """The number of a new question; None where it was asked before."""
    row = {name: getattr(question, name) for name in Question.__slots__}
    row |= {"asked_at": now, "answer": "", "details": dict(question.details)}
    number: int | None = connection.scalar(insert_new(connection, ASK).returning(ASK.c.id), row)
    return number


def asks(connection: Connection, numbers: Iterable[int]) -> dict[int, Row]:
    """Questions by number."""
    rows = connection.execute(select(ASK).where(ASK.c.id.in_(list(numbers)))).mappings()
    return {row["id"]: dict(row) for row in rows}


def agreed(connection: Connection, since: datetime) -> list[Row]:
    """Whom a near miss was asked of, who said yes since then, and who was never proposed for it; oldest first."""
    said_yes = ASK.c.about == "near", ASK.c.answer == "yes", ASK.c.answered_at > since
    rows = [dict(row) for row in connection.execute(select(ASK).where(*said_yes).order_by(ASK.c.id)).mappings()]
    mine = MATCH.c.offer.in_([row["ticket"] for row in rows])
    pairs = {(row.request, row.offer) for row in connection.execute(select(MATCH.c.request, MATCH.c.offer).where(mine))}
    return [row for row in rows if (row["details"]["request"], row["ticket"]) not in pairs]


def settle_ask(connection: Connection, number: int, answer: str, now: datetime) -> bool:
    """Take the first answer to a question; False where it has one."""
    open_one = ASK.c.id == number, ASK.c.answered_at.is_(None)
    done = update(ASK).where(*open_one).values(answered_at=now, answer=answer)
    return connection.execute(done).rowcount == 1


def unanswered(connection: Connection, now: datetime) -> list[Row]:
    """Questions whose time is over without an answer."""
    wanted = select(ASK).where(ASK.c.answered_at.is_(None), ASK.c.expires_at <= now).order_by(ASK.c.id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def is_asked(connection: Connection, match: int, side: str, about: str) -> bool:
    """Whether a side of a match was ever asked this."""
    wanted = select(ASK.c.id).where(ASK.c.match == match, ASK.c.side == side, ASK.c.about == about)
    return connection.execute(wanted).first() is not None


def asked_since(connection: Connection, ticket: int, moment: datetime) -> bool:
    """Whether somebody was asked anything since a moment."""
    lately = select(ASK.c.id).where(ASK.c.ticket == ticket, ASK.c.asked_at > moment).limit(1)
    return connection.scalar(lately) is not None


def person(connection: Connection, ticket: int) -> Row:
    """Who stands behind a ticket, as a letter to them needs it."""
    columns = (TICKET.c.id, TICKET.c.requester_email, TICKET.c.requester_name, TICKET.c.phone, TICKET.c.language)
    return dict(connection.execute(select(*columns, TICKET.c.mailbox).where(TICKET.c.id == ticket)).mappings().one())


def is_lost(connection: Connection, ticket: int) -> bool:
    """Whether mail to whoever stands behind a ticket came back for good."""
    address = select(TICKET.c.requester_email).where(TICKET.c.id == ticket).scalar_subquery()
    return connection.scalar(select(UNREACHABLE.c.email).where(UNREACHABLE.c.email == address)) is not None


def unwanted(connection: Connection) -> set[str]:
    """Who answered a mailing with STOP, or cannot be reached."""
    stopped = select(ASK.c.recipient).where(ASK.c.about == "mailing", ASK.c.answer == "stop")
    return set(connection.scalars(stopped)) | set(connection.scalars(select(UNREACHABLE.c.email)))


def came_back(connection: Connection) -> list[int]:
    """Digests that could not be delivered, and of which somebody's open rows still wait for that matchmaker."""
    failed = select(OUTBOX.c.once_key).where(OUTBOX.c.state == OutboxState.FAILED, OUTBOX.c.purpose.in_(DIGESTS))
    numbers = [int(key.removeprefix("digest:")) for key in connection.scalars(failed)]
    rows = DIGEST.join(DIGEST_LINE, DIGEST_LINE.c.digest == DIGEST.c.id).join(MATCH, MATCH.c.id == DIGEST_LINE.c.match)
    mine = MATCH.c.owner == DIGEST.c.matchmaker, MATCH.c.state.in_(OPEN)
    wanted = select(DIGEST.c.id).select_from(rows).where(DIGEST.c.id.in_(numbers), *mine)
    return list(connection.scalars(wanted.distinct().order_by(DIGEST.c.id)))


def enlist(connection: Connection, matchmakers: Sequence[Matchmaker], now: datetime) -> None:
    """Bring the matchmakers of rules.yaml into the database, where their absence is kept."""
    for one in matchmakers:
        columns = {
            "name": one.name,
            "districts": list(one.districts),
            "languages": list(one.languages),
            "coordinator": one.coordinator,
            "updated_at": now,
        }
        address = one.address.casefold()
        connection.execute(insert_new(connection, MATCHMAKER), {"address": address, **columns})
        connection.execute(update(MATCHMAKER).where(MATCHMAKER.c.address == address).values(**columns))


def absent(connection: Connection, now: datetime) -> set[str]:
    """Who is away at this moment."""
    away = select(MATCHMAKER.c.address).where(MATCHMAKER.c.absent_until > now)
    return set(connection.scalars(away))


def mark_absent(connection: Connection, address: str, until: datetime) -> None:
    """Note until when a matchmaker is away."""
    mine = MATCHMAKER.c.address == address.casefold()
    connection.execute(update(MATCHMAKER).where(mine).values(absent_until=until))


def last_shown(connection: Connection, match: int) -> datetime | None:
    """When a match last stood in a digest of any sort."""
    joined = DIGEST.join(DIGEST_LINE, DIGEST_LINE.c.digest == DIGEST.c.id)
    wanted = select(DIGEST.c.sent_at).select_from(joined).where(DIGEST_LINE.c.match == match)
    found: datetime | None = connection.scalar(wanted.order_by(DIGEST.c.id.desc()).limit(1))
    return found
