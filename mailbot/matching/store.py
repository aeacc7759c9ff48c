"""Matches at rest: proposed, changed, read. The database itself holds that nobody has two open proposals.

Every change is an event on both tickets: who, by which way, from which state to which. Decides nothing; the
table of states is in `states`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from mailbot.matching.proposals import Proposal
from mailbot.matching.states import STANDING, State
from mailbot.model import Status
from mailbot.storage.database import insert_new
from mailbot.storage.matching_tables import CONSENT, HELP_OFFER, HELP_REQUEST, MATCH
from mailbot.storage.tables import EVENT, TICKET

Row = dict[str, Any]
CLOSED = (State.DONE, State.DECLINED, State.EXPIRED, State.CANCELLED)
_MOMENT_OF = {State.ACCEPTED: "accepted_at", State.CONTACTED: "contacted_at", State.ACTIVE: "started_at"}


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a match from the state it was seen in. `columns` are further columns that change with it."""

    match: int
    request: int
    offer: int
    before: State
    after: State
    deadline: datetime | None
    actor: str
    via: str
    verb: str
    reason: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


def add_proposal(
    connection: Connection, proposal: Proposal, deadline: datetime, now: datetime, rank: int = 0
) -> int | None:
    """Reserve a volunteer for a request; None where another process was first, which is no error."""
    row = {
        "request": proposal.request,
        "offer": proposal.offer,
        "state": State.PROPOSED,
        "since": now,
        "deadline": deadline,
        "owner": "",
        "urgent": proposal.urgent,
        "rank": rank,
        "score": proposal.score,
        "metres": proposal.metres,
        "postcode_only": proposal.postcode_only,
        "why": [[each.name, each.points, each.why] for each in proposal.terms],
        "reserves": [[each.offer, each.score, each.metres] for each in proposal.reserves],
        "proposed_at": now,
    }
    added: int | None = connection.scalar(insert_new(connection, MATCH).returning(MATCH.c.id), row)
    if added is not None:
        connection.execute(
            update(HELP_OFFER).where(HELP_OFFER.c.ticket == proposal.offer).values(waiting_since=now, updated_at=now)
        )
        told = {"match": added, "to": State.PROPOSED, "score": proposal.score, "rank": rank or None}
        _tell(connection, (proposal.request, proposal.offer), "mailbot", told, now)
    return added


def change(connection: Connection, step: Change, now: datetime) -> bool:
    """Take one step; False where the match is no longer in the state it was seen in, and nothing is written."""
    columns: dict[str, Any] = {"state": step.after, "deadline": step.deadline, **step.columns}
    if step.after is not step.before:
        columns |= {"since": now, "reminded_at": None}
        if step.after in _MOMENT_OF:
            columns[_MOMENT_OF[step.after]] = now
        if step.after in CLOSED:
            columns |= {"closed_at": now, "reason": step.reason[:300]}
    seen = MATCH.c.id == step.match, MATCH.c.state == step.before
    if connection.execute(update(MATCH).where(*seen).values(**columns)).rowcount != 1:
        return False
    told = {"match": step.match, "verb": step.verb, "from": step.before, "to": step.after, "via": step.via}
    reason = {"reason": step.reason[:300]} if step.reason else {}
    _tell(connection, (step.request, step.offer), step.actor, told | reason, now)
    return True


def note(connection: Connection, match: int, columns: Mapping[str, Any]) -> None:
    """Change what is no step of its own: the owner, the reserves, when somebody was reminded."""
    connection.execute(update(MATCH).where(MATCH.c.id == match).values(**columns))


def set_status(connection: Connection, ticket: int, status: Status, now: datetime) -> None:
    """Bring a ticket to a status because of its match: resolved when helped, open when a person must look again."""
    mine = TICKET.c.id == ticket, TICKET.c.status != status, TICKET.c.status != Status.CLOSED
    columns = {"status": status, "updated_at": now, "version": TICKET.c.version + 1}
    if connection.execute(update(TICKET).where(*mine).values(**columns)).rowcount:
        details = {"to": status, "because": "match"}
        row = {"at": now, "actor": "mailbot", "kind": "status", "ticket": ticket, "details": details}
        connection.execute(EVENT.insert(), row)


def _tell(
    connection: Connection, tickets: Sequence[int], actor: str, details: Mapping[str, Any], now: datetime
) -> None:
    common = {"at": now, "actor": actor, "kind": "match", "details": dict(details)}
    connection.execute(EVENT.insert(), [{**common, "ticket": ticket} for ticket in dict.fromkeys(tickets)])


def matches(connection: Connection, *conditions: Any) -> list[Row]:
    """Matches with both records and who stands behind them, by number."""
    asker, helper = TICKET.alias("asker"), TICKET.alias("helper")
    joined = (
        MATCH.join(HELP_REQUEST, HELP_REQUEST.c.ticket == MATCH.c.request)
        .join(HELP_OFFER, HELP_OFFER.c.ticket == MATCH.c.offer)
        .join(asker, asker.c.id == MATCH.c.request)
        .join(helper, helper.c.id == MATCH.c.offer)
    )
    wanted = select(MATCH, *_of(HELP_REQUEST, "r"), *_of(HELP_OFFER, "o"), *_person(asker, "r"), *_person(helper, "o"))
    found = connection.execute(wanted.select_from(joined).where(*conditions).order_by(MATCH.c.id))
    return [dict(row) for row in found.mappings()]


def by_number(connection: Connection, number: int) -> Row | None:
    """One match with both sides; None where there is no such number."""
    found = matches(connection, MATCH.c.id == number)
    return found[0] if found else None


def standing(connection: Connection) -> list[Row]:
    """Every match that is not over."""
    return matches(connection, MATCH.c.state.in_(STANDING))


def _of(table: Any, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}_{column.name}") for column in table.c]


def _person(ticket: Any, prefix: str) -> list[Any]:
    names = ("requester_name", "requester_email", "phone", "language", "mailbox", "status", "subject")
    return [ticket.c[name].label(f"{prefix}_who_{name.removeprefix('requester_')}") for name in names]


def record_consent(connection: Connection, match: int, side: str, by: str, via: str, now: datetime) -> None:
    """Write down that one side agreed, once; the first word counts."""
    row = {"match": match, "side": side, "at": now, "by": by, "via": via}
    connection.execute(insert_new(connection, CONSENT), row)


def consents(connection: Connection, match: int) -> dict[str, Row]:
    """Who agreed, by side: requester, volunteer."""
    found = connection.execute(select(CONSENT).where(CONSENT.c.match == match)).mappings()
    return {row["side"]: dict(row) for row in found}
