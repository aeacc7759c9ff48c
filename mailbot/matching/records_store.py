"""Records at rest: help requests and help offers, grown from tickets, completed by operators, read for a round.

What a record becomes is decided in `growth`; who is proposed to whom in `proposals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from mailbot.matching.playbook import Playbook
from mailbot.matching.records import Offer, Request, Spot
from mailbot.matching.states import OPEN, RUNNING, Need, Readiness, State
from mailbot.model import Intent, Permanent, Status
from mailbot.storage.database import insert_new
from mailbot.storage.matching_tables import ASK, HELP_OFFER, HELP_REQUEST, MATCH
from mailbot.storage.tables import EVENT, MESSAGE, PARTY, TICKET, TICKET_MESSAGE, UNREACHABLE

FINISHED = (Status.RESOLVED, Status.CLOSED)
TABLES = {Intent.HELP_REQUEST: HELP_REQUEST, Intent.HELP_OFFER: HELP_OFFER}
_TICKET_COLUMNS = (
    *(TICKET.c.id, TICKET.c.intent, TICKET.c.status, TICKET.c.merged_into, TICKET.c.urgent, TICKET.c.language),
    *(TICKET.c.audience, TICKET.c.on_behalf, TICKET.c.categories, TICKET.c.needs, TICKET.c.place),
    *(TICKET.c.created_at,),
)
EXPIRED_TOO_OFTEN = 2
Row = dict[str, Any]
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one round works with. `locked` are the open proposals, (request, offer)."""

    requests: tuple[Request, ...]
    offers: tuple[Offer, ...]
    locked: tuple[tuple[int, int], ...]


def of_messages(connection: Connection, messages: Sequence[int]) -> list[Row]:
    """The help tickets that these messages opened or changed."""
    theirs = select(TICKET_MESSAGE.c.ticket).where(TICKET_MESSAGE.c.message.in_(messages))
    rows = connection.execute(_tickets().where(TICKET.c.id.in_(theirs)))
    return [dict(row) for row in rows.mappings()]


def out_of_step(connection: Connection) -> list[Row]:
    """Help tickets without a record, and those that were changed after their record was last looked at."""
    joined = TICKET.outerjoin(HELP_REQUEST, HELP_REQUEST.c.ticket == TICKET.c.id)
    joined = joined.outerjoin(HELP_OFFER, HELP_OFFER.c.ticket == TICKET.c.id)
    looked = func.coalesce(HELP_REQUEST.c.updated_at, HELP_OFFER.c.updated_at)
    late = or_(
        and_(looked.is_(None), TICKET.c.intent.in_(TABLES), TICKET.c.status.not_in(FINISHED)),
        looked < TICKET.c.updated_at,
        and_(HELP_REQUEST.c.ticket.is_not(None), HELP_OFFER.c.ticket.is_not(None)),
    )
    wanted = select(*_TICKET_COLUMNS).select_from(joined).where(late).order_by(TICKET.c.id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _tickets() -> Select[Any]:
    return select(*_TICKET_COLUMNS).where(TICKET.c.intent.in_(TABLES))


def own_words(connection: Connection, tickets: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Subject of the first letter, and the new text of all letters of the ticket's own parties, oldest first.

    So that a street which is told later, as we asked for it, is found too; a matchmaker's words are no part of it.
    """
    theirs = and_(PARTY.c.ticket == TICKET_MESSAGE.c.ticket, PARTY.c.email == MESSAGE.c.sender_email)
    joined = TICKET_MESSAGE.join(MESSAGE, MESSAGE.c.id == TICKET_MESSAGE.c.message).outerjoin(PARTY, theirs)
    columns = (TICKET_MESSAGE.c.ticket, MESSAGE.c.subject, MESSAGE.c.new_text, PARTY.c.id.label("party"))
    wanted = select(*columns).select_from(joined).where(TICKET_MESSAGE.c.ticket.in_(tickets))
    found: dict[int, tuple[str, str]] = {}
    for row in connection.execute(wanted.order_by(TICKET_MESSAGE.c.ticket, MESSAGE.c.id)):
        if row.ticket not in found:
            found[row.ticket] = (row.subject, row.new_text)
        elif row.party is not None:
            subject, text = found[row.ticket]
            found[row.ticket] = (subject, f"{text}\n\n{row.new_text}")
    return found


def stored(connection: Connection, intent: Intent, tickets: Sequence[int]) -> dict[int, Row]:
    """The records of these tickets, by ticket."""
    table = TABLES[intent]
    rows = connection.execute(select(table).where(table.c.ticket.in_(tickets))).mappings()
    return {row["ticket"]: dict(row) for row in rows}


def add(connection: Connection, intent: Intent, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new records; one that is there already is left alone."""
    if rows:
        connection.execute(insert_new(connection, TABLES[intent]), [dict(row) for row in rows])


def alter(connection: Connection, intent: Intent, ticket: int, columns: Mapping[str, Any]) -> None:
    """Change some columns of a record."""
    table = TABLES[intent]
    if columns:
        connection.execute(update(table).where(table.c.ticket == ticket).values(**columns))


def complete(
    connection: Connection, ticket: int, columns: Mapping[str, Any], actor: str, playbook: Playbook, now: datetime
) -> Row:
    """What an operator fills in, of a request or an offer; the record afterwards. Raises Permanent without one."""
    intent = intent_of(connection, ticket)
    known = {name: value for name, value in columns.items() if name in TABLES[intent].c}
    strange = sorted(columns.keys() - known.keys())
    if strange:
        raise Permanent(f"#{ticket} is a {intent.value.replace('_', ' ')}; it has no {', '.join(strange)}")
    alter(connection, intent, ticket, {**known, "updated_at": now})
    tell(connection, ticket, actor, "completed", now, columns=", ".join(sorted(known)))
    if intent is Intent.HELP_REQUEST:
        _clarify(connection, ticket, playbook)
    return stored(connection, intent, [ticket])[ticket]


def pass_on(connection: Connection, ticket: int, now: datetime) -> None:
    """A SPOC has this ticket now: where it is a request that waits, nobody is proposed for it any more."""
    waits = HELP_REQUEST.c.ticket == ticket, HELP_REQUEST.c.state.in_((Need.OPEN, Need.TO_CLARIFY, Need.NO_ANSWER))
    connection.execute(update(HELP_REQUEST).where(*waits).values(state=Need.PASSED_ON, updated_at=now))


def tell(connection: Connection, ticket: int, actor: str, kind: str, now: datetime, **details: str) -> None:
    """Write down what happened to a record, in the history of its ticket."""
    row = {"at": now, "actor": actor, "kind": kind, "ticket": ticket, "details": details}
    connection.execute(EVENT.insert(), row)


def _clarify(connection: Connection, ticket: int, playbook: Playbook) -> None:
    from mailbot.matching.growth import first_need

    row = stored(connection, Intent.HELP_REQUEST, [ticket])[ticket]
    if row["state"] in (Need.TO_CLARIFY, Need.NO_ANSWER):
        alter(connection, Intent.HELP_REQUEST, ticket, {"state": first_need(row, playbook)})


def intent_of(connection: Connection, ticket: int) -> Intent:
    """Whether a ticket has a request's or an offer's record. Raises Permanent where it has none."""
    for intent in TABLES:
        if stored(connection, intent, [ticket]):
            return intent
    raise Permanent(f"#{ticket} is no help request and no help offer; `mailbot show {ticket}` tells what it is")


def tally(connection: Connection) -> tuple[int, int]:
    """How many offers stand, and how many requests are open."""
    offers = select(func.count()).where(HELP_OFFER.c.state != Readiness.WITHDRAWN)
    requests = select(func.count()).where(HELP_REQUEST.c.state.in_((Need.OPEN, Need.TO_CLARIFY)))
    return connection.scalar(offers) or 0, connection.scalar(requests) or 0


def facts(connection: Connection, now: datetime) -> Facts:
    """Everything that one round of matching works with, as of this moment."""
    pairs = connection.execute(select(MATCH.c.request, MATCH.c.offer, MATCH.c.state, MATCH.c.closed_at)).all()
    banned, taken, expired = _by_request(pairs)
    locked = tuple((row.request, row.offer) for row in pairs if row.state in OPEN)
    carried = _carried(pairs, now)
    wanted = select(HELP_REQUEST).where(HELP_REQUEST.c.state == Need.OPEN).order_by(HELP_REQUEST.c.ticket)
    own = _own_offers(connection)

    def barred(request: int) -> set[int]:
        return banned.get(request, set()) | expired.get(request, set())

    requests = [
        _request(row, own.get(row["ticket"], set()), barred(row["ticket"]), taken.get(row["ticket"], 0))
        for row in map(dict, connection.execute(wanted).mappings())
    ]
    there = select(HELP_OFFER).where(HELP_OFFER.c.state != Readiness.WITHDRAWN).order_by(HELP_OFFER.c.ticket)
    found = map(dict, connection.execute(there).mappings())
    offers = [_offer(row, carried.get(row["ticket"], 0), now) for row in found]
    return Facts(tuple(each for each in requests if each.places > 0), tuple(offers), locked)


def count_silence(connection: Connection, ticket: int, limit: int, now: datetime) -> None:
    """One more question that a volunteer left unanswered; with `limit` of them the offer has to be confirmed."""
    mine = HELP_OFFER.c.ticket == ticket
    connection.execute(update(HELP_OFFER).where(mine).values(silences=HELP_OFFER.c.silences + 1, updated_at=now))
    silent = mine, HELP_OFFER.c.silences >= limit, HELP_OFFER.c.state == Readiness.READY
    connection.execute(update(HELP_OFFER).where(*silent).values(state=Readiness.TO_CONFIRM))


def to_reconfirm(connection: Connection, before: datetime, now: datetime, most: int) -> list[Row]:
    """At most so many offers not confirmed since `before` and not asked since then, with who stands behind them."""
    asked = select(ASK.c.ticket).where(ASK.c.about == "reconfirm", ASK.c.asked_at > before)
    joined = HELP_OFFER.join(TICKET, TICKET.c.id == HELP_OFFER.c.ticket)
    person = (TICKET.c.requester_email.label("email"), TICKET.c.requester_name.label("name"))
    wanted = (
        select(HELP_OFFER, *person, TICKET.c.language, TICKET.c.mailbox)
        .select_from(joined)
        .where(
            HELP_OFFER.c.state.in_((Readiness.READY, Readiness.TO_CONFIRM)),
            HELP_OFFER.c.confirmed_at <= before,
            or_(HELP_OFFER.c.paused_until.is_(None), HELP_OFFER.c.paused_until <= now),
            TICKET.c.requester_email != "",
            TICKET.c.requester_email.not_in(select(UNREACHABLE.c.email)),
            HELP_OFFER.c.ticket.not_in(asked),
        )
        .order_by(HELP_OFFER.c.confirmed_at, HELP_OFFER.c.ticket)
        .limit(most)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def sought_by_organisations(connection: Connection) -> list[Row]:
    """Open requests for several people, which every weekly question names."""
    several = HELP_REQUEST.c.state == Need.OPEN, HELP_REQUEST.c.places > 1
    rows = connection.execute(select(HELP_REQUEST).where(*several).order_by(HELP_REQUEST.c.ticket))
    return [dict(row) for row in rows.mappings()]


def _by_request(pairs: Sequence[Any]) -> tuple[dict[int, set[int]], dict[int, int], dict[int, set[int]]]:
    """Offers that may not come again, places that are taken, offers that expired too often; each by request."""
    banned: dict[int, set[int]] = {}
    taken: dict[int, int] = {}
    silent: dict[tuple[int, int], int] = {}
    for row in pairs:
        if row.state in (*RUNNING, State.DONE, State.DECLINED):
            banned.setdefault(row.request, set()).add(row.offer)
        if row.state in (*RUNNING, State.DONE):
            taken[row.request] = taken.get(row.request, 0) + 1
        if row.state == State.EXPIRED:
            silent[row.request, row.offer] = silent.get((row.request, row.offer), 0) + 1
    expired: dict[int, set[int]] = {}
    for (request, offer), times in silent.items():
        if times >= EXPIRED_TOO_OFTEN:
            expired.setdefault(request, set()).add(offer)
    return banned, taken, expired


def _carried(pairs: Sequence[Any], now: datetime) -> dict[int, int]:
    """The tasks of each volunteer this week: those that run, and those done within seven days."""
    found: dict[int, int] = {}
    for row in pairs:
        recent = row.state == State.DONE and row.closed_at is not None and now - row.closed_at < WEEK
        if row.state in RUNNING or recent:
            found[row.offer] = found.get(row.offer, 0) + 1
    return found


def _spot(row: Mapping[str, Any]) -> Spot | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return Spot(row["latitude"], row["longitude"], row["precision"] == "street")


def _own_offers(connection: Connection) -> dict[int, set[int]]:
    """Offers by request that came from the same address: nobody is proposed to themselves."""
    asker, helper = TICKET.alias("asker"), TICKET.alias("helper")
    joined = HELP_REQUEST.join(asker, asker.c.id == HELP_REQUEST.c.ticket)
    joined = joined.join(helper, helper.c.requester_email == asker.c.requester_email)
    joined = joined.join(HELP_OFFER, HELP_OFFER.c.ticket == helper.c.id)
    wanted = select(HELP_REQUEST.c.ticket, HELP_OFFER.c.ticket.label("offer")).select_from(joined)
    found: dict[int, set[int]] = {}
    for row in connection.execute(wanted.where(asker.c.requester_email != "", HELP_REQUEST.c.state == Need.OPEN)):
        found.setdefault(row.ticket, set()).add(row.offer)
    return found


def _request(row: Mapping[str, Any], own: set[int], banned: set[int], taken: int) -> Request:
    return Request(
        id=row["ticket"],
        kinds=tuple(row["kinds"]),
        spot=_spot(row),
        since=row["since"],
        slots=row["slots"],
        languages=tuple(row["languages"]),
        places=row["places"] - taken,
        urgent=row["urgent"],
        on_behalf=row["on_behalf"],
        for_profit=row["for_profit"],
        day=row["day"],
        recurs=row["recurs"],
        family=frozenset(row["family"]) | own,
        banned=frozenset(banned),
    )


def _offer(row: Mapping[str, Any], carried: int, now: datetime) -> Offer:
    rests = row["paused_until"] is not None and row["paused_until"] > now
    return Offer(
        id=row["ticket"],
        kinds=tuple(row["kinds"]),
        spot=_spot(row),
        waiting_since=row["waiting_since"],
        confirmed=row["confirmed_at"],
        slots=row["slots"],
        languages=tuple(row["languages"]),
        reach_km=row["reach_km"],
        capacity=row["capacity"],
        carried=carried,
        available=row["state"] == Readiness.READY and not rests,
        ill=row["ill"],
        minor=row["minor"],
        consent=row["consent"],
        risk_group=row["risk_group"],
        vehicle=row["vehicle"],
    )
