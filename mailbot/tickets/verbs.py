"""What an operator may do with one ticket, each verb a change or a refusal. Pure: nothing is written here.

Facts in, change out; `desk_store` does it. Verbs that touch two tickets are in `joining`, answers in `writing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mailbot.model import Intent, Permanent, Status
from mailbot.tickets.lifecycle import Trigger, next_status
from mailbot.tickets.standing import Change, NewLetter, Refused, Standing, holder, require_free, require_whole

UNCLAIMED: Mapping[str, Any] = {"claimed_by": None, "claimed_until": None}
FINISHED = (Status.RESOLVED, Status.CLOSED)


def claim(ticket: Standing, actor: str, now: datetime, minutes: int) -> Change:
    """Take a ticket, or hold on to it: for so many minutes nobody else answers it."""
    require_whole(ticket)
    require_free(ticket, actor, now)
    if ticket.status in FINISHED:
        raise Refused(f"#{ticket.id} is {ticket.status}; run `mailbot reopen {ticket.id}` first")
    columns = {
        "claimed_by": actor,
        "claimed_until": now + timedelta(minutes=minutes),
        "seen_news": ticket.last_news,
        "status": next_status(ticket.status, Trigger.WORK) if ticket.status is Status.NEW else ticket.status,
        "snoozed_until": None,
    }
    return Change("claimed", columns)


def release(ticket: Standing, actor: str, now: datetime) -> Change:
    """Give a ticket back to the queue."""
    require_whole(ticket)
    require_free(ticket, actor, now)
    if actor not in {ticket.claimed_by, ticket.assigned_to}:
        raise Refused(f"#{ticket.id} is not yours; run `mailbot claim {ticket.id}` to take it")
    return Change("released", {**UNCLAIMED, "assigned_to": None})


def assign(ticket: Standing, actor: str, to: str, now: datetime, *, over: bool = False) -> Change:
    """Give a ticket to a colleague; `over` takes it out of the hands of whoever holds it now."""
    require_whole(ticket)
    if not over:
        require_free(ticket, actor, now)
    if ticket.status in FINISHED:
        raise Refused(f"#{ticket.id} is {ticket.status}; run `mailbot reopen {ticket.id}` first")
    return Change("assigned", {**UNCLAIMED, "assigned_to": to})


def note(ticket: Standing, text: str) -> Change:
    """Write something down for colleagues; citizens never see it."""
    require_whole(ticket)
    if not text.strip():
        raise Refused(f'nothing to note; run `mailbot note {ticket.id} "what you know"`')
    return Change("note", {}, {"text": text.strip()})


def answer(ticket: Standing, actor: str, now: datetime, *, again: bool = False, close: bool = False) -> Change:
    """Answer the newest letter, once. Refused to everybody but the holder, and after news of the citizen."""
    require_whole(ticket)
    require_free(ticket, actor, now)
    if ticket.claimed_by != actor:
        raise Refused(f"#{ticket.id} is not yours yet; run `mailbot claim {ticket.id}`, which shows it")
    if ticket.last_news > ticket.seen_news:
        raise NewLetter(f"#{ticket.id} has news since you looked; run `mailbot claim {ticket.id}`, then answer again")
    if ticket.last_news <= ticket.answered_news and not again:
        raise Refused(f"#{ticket.id} was answered already; add --again to write once more")
    status = next_status(ticket.status, Trigger.CLOSE if close else Trigger.ANSWER)
    columns = {**UNCLAIMED, "status": status, "answered_news": ticket.last_news, "waits_since": None}
    return Change("answered", {**columns, "snoozed_until": None})


def call_back(
    ticket: Standing, old: Mapping[str, Any], new: Mapping[str, Any], actor: str, now: datetime, minutes: int
) -> Change:
    """Undo an answer that has not left, given what it changed: the ticket is its writer's again, and unanswered.

    What happened since stays: a later answer still answers, a ticket that a letter opened is still open.
    """
    require_whole(ticket)
    require_free(ticket, actor, now)
    held = {"claimed_by": actor, "claimed_until": now + timedelta(minutes=minutes)}
    if ticket.answered_news != new.get("answered_news"):
        return Change("undone", held)
    waits = [each for each in (old.get("waits_since"), ticket.values.get("waits_since")) if each]
    status = old.get("status", Status.OPEN) if ticket.status == new.get("status") else ticket.status
    before = {"answered_news": old.get("answered_news") or None, "waits_since": min(waits, default=now)}
    return Change("undone", {**held, **before, "status": Status(status)})


def close(ticket: Standing, actor: str, now: datetime, reason: str = "") -> Change:
    """Finish a ticket; a later letter of the citizen opens it again by itself."""
    require_whole(ticket)
    require_free(ticket, actor, now)
    if ticket.status is Status.CLOSED:
        raise Refused(f"#{ticket.id} is closed already; run `mailbot history {ticket.id}` to see by whom")
    if ticket.claimed_by == actor and ticket.last_news > ticket.seen_news:
        raise NewLetter(f"#{ticket.id} has news since you looked; run `mailbot claim {ticket.id}` first")
    columns = {**UNCLAIMED, "status": next_status(ticket.status, Trigger.CLOSE), "waits_since": None}
    return Change("closed", {**columns, "snoozed_until": None}, {"reason": reason} if reason else {})


def reopen(ticket: Standing, now: datetime) -> Change:
    """Put a finished or waiting ticket back into the queue."""
    require_whole(ticket)
    status = next_status(ticket.status, Trigger.REOPEN)
    return Change("reopened", {"status": status, "waits_since": now, "snoozed_until": None})


def snooze(ticket: Standing, actor: str, until: datetime, now: datetime) -> Change:
    """Let a ticket rest until a moment; a new letter wakes it earlier."""
    require_whole(ticket)
    require_free(ticket, actor, now)
    if ticket.status in FINISHED:
        raise Refused(f"#{ticket.id} is {ticket.status} and rests already; `mailbot reopen {ticket.id}` opens it")
    if until <= now:
        raise Refused(f"that moment is past; run `mailbot snooze {ticket.id} 2h`, or `tomorrow`")
    return Change("snoozed", {**UNCLAIMED, "snoozed_until": until})


CORRECTABLE = ("intent", "urgent", "categories", "place", "language", "phone", "on_behalf")
_PLAIN_NAMES = {"category": "categories", "urgency": "urgent"}


def correct(ticket: Standing, wanted: Mapping[str, Any]) -> list[Change]:
    """Set right what mailbot misread: one `corrected` event a field, old and new, from which triage learns."""
    require_whole(ticket)
    changed = {name: value for name, value in wanted.items() if ticket.values.get(name) != value}
    if not changed:
        raise Refused(f"#{ticket.id} says so already; run `mailbot show {ticket.id}`")
    letter = ticket.first_letter or None
    return [
        Change("corrected", {name: value}, {"field": name, "old": ticket.values.get(name), "new": value}, letter)
        for name, value in changed.items()
    ]


def field_name(written: str) -> str:
    """The column that an operator's word for it means."""
    name = _PLAIN_NAMES.get(written, written)
    if name not in CORRECTABLE:
        raise Permanent(f"{written!r} cannot be set; `mailbot set --help` shows what can")
    return name


def read_value(name: str, written: str, known: Mapping[str, tuple[str, ...]]) -> Any:
    """What an operator wrote for a field, as the column holds it. Raises Permanent naming what is allowed."""
    if name in {"urgent", "on_behalf"}:
        return _yes_or_no(name, written)
    if name == "categories":
        return [_one_of(each.strip(), name, known.get(name, ())) for each in written.split(",") if each.strip()]
    if name == "intent":
        return _one_of(written, name, tuple(Intent))
    if name == "language":
        return _one_of(written, name, known.get(name, ()))
    return written.strip() or None


def _yes_or_no(name: str, written: str) -> bool:
    if written.lower() not in {"yes", "no"}:
        raise Permanent(f"{name} is `yes` or `no`, not {written!r}")
    return written.lower() == "yes"


def _one_of(written: str, name: str, known: tuple[str, ...]) -> str:
    if known and written not in known:
        raise Permanent(f"{written!r} is no {name}; known are: {', '.join(known)}")
    return str(written)


def is_mine(ticket: Standing, actor: str, now: datetime) -> bool:
    """Whether the actor holds the ticket at this moment."""
    return holder(ticket, now) == actor
