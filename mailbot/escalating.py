"""Calling people to urgent letters that nobody has in hand: the worker's job, safe to run twice, safe to miss.

Who is called when is decided in `tickets.escalation`; that a call was made is an event, written with its mail.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, or_, select

from mailbot.opening import Opened
from mailbot.outbox import store as outbox
from mailbot.storage.tables import EVENT, TICKET
from mailbot.tickets import roster_store
from mailbot.tickets.escalation import Call, Reachable, Unclaimed, calls
from mailbot.tickets.roster import shift_at

ESCALATED = "escalated"


def call_people(opened: Opened) -> int:
    """Make every call that is due; how many."""
    policy, now = opened.policy, opened.office.clock()
    with opened.office.database.begin() as connection:
        waiting = unclaimed(connection, now)
        duty = roster_store.on_duty(connection, shift_at(policy.roster, policy.hours, now)) if waiting else {}
        spoc = policy.spocs.get(policy.escalation.spoc, "")
        people = Reachable(duty, policy.alerts.get("coordinator", ()), spoc)
        due = calls(waiting, people, policy.escalation, policy.roster, now)
        for each in due:
            _call(opened, connection, each, now)
        return len(due)


def unclaimed(connection: Connection, now: datetime) -> list[Unclaimed]:
    """Urgent tickets that wait for us and that nobody has in hand, oldest first."""
    free = or_(TICKET.c.claimed_by.is_(None), TICKET.c.claimed_until <= now)
    wanted = select(TICKET).where(
        TICKET.c.urgent,
        TICKET.c.status.in_(("new", "open")),
        TICKET.c.merged_into.is_(None),
        TICKET.c.waits_since.is_not(None),
        free,
    )
    rows = connection.execute(wanted.order_by(TICKET.c.waits_since).with_for_update(skip_locked=True)).all()
    called = _called(connection, [row.id for row in rows])
    return [
        Unclaimed(row.id, row.mailbox, row.waits_since, news, frozenset(called[row.id, news]))
        for row in rows
        for news in [row.last_news or 1]
    ]


def _called(connection: Connection, tickets: list[int]) -> defaultdict[tuple[int, int], set[int]]:
    made: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    events = select(EVENT.c.ticket, EVENT.c.details).where(EVENT.c.ticket.in_(tickets), EVENT.c.kind == ESCALATED)
    for ticket, details in connection.execute(events) if tickets else ():
        made[ticket, details["news"]].add(details["step"])
    return made


def _call(opened: Opened, connection: Connection, call: Call, now: datetime) -> None:
    letters = opened.office.correspondence
    role = letters.words.get(call.role, call.role)
    lines = [letters.say("waits", count=call.minutes), letters.say("for_role", role=role)]
    drafts = letters.alert_people(
        call.addresses,
        letters.say("unclaimed"),
        lines,
        f"mailbot claim {call.ticket}",
        now,
        call.ticket,
        f"escalation:{call.ticket}:{call.news}:{call.step}",
    )
    outbox.enqueue(connection, drafts, now)
    details = {"step": call.step, "news": call.news, "role": call.role, "called": len(call.addresses)}
    event = {"at": now, "actor": "mailbot", "kind": ESCALATED, "ticket": call.ticket, "details": details}
    connection.execute(EVENT.insert(), event)
