"""Verbs that touch two tickets: merge, split, link, and moving a letter. Pure: changes or refusals.

Merging forwards: mail about the old ticket finds the new one, whose parties then include the old one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailbot.model import Intent, Status
from mailbot.tickets.standing import Change, Refused, Standing, require_free, require_whole
from mailbot.tickets.verbs import UNCLAIMED


def merge(
    ticket: Standing, into: Standing, actor: str, now: datetime, *, two_people: bool = False
) -> tuple[Change, Change]:
    """Make two tickets one. Refused for two people's tickets unless it is said that this is meant."""
    if ticket.id == into.id:
        raise Refused(f"#{ticket.id} cannot be merged into itself; `mailbot list` shows the others")
    for each in (ticket, into):
        require_whole(each)
        require_free(each, actor, now)
    mine, theirs = ticket.values.get("requester_email"), into.values.get("requester_email")
    if mine and theirs and mine != theirs and not two_people:
        raise Refused(
            f"#{ticket.id} and #{into.id} are of two people; `mailbot link {ticket.id} {into.id}` keeps both, "
            "--two-people merges all the same"
        )
    gone = Change("merged", {**UNCLAIMED, "merged_into": into.id, "status": Status.CLOSED}, {"into": into.id})
    return gone, Change("absorbed", _with_more(into, ticket), {"from": ticket.id})


def _with_more(ticket: Standing, other: Standing) -> dict[str, object]:
    """What a ticket becomes when another's letters come to it: unseen, and unanswered if they were."""
    unanswered = other.last_news > other.answered_news
    status = ticket.status if ticket.status is Status.NEW else Status.OPEN
    woken = {"status": status, "last_news": ticket.version + 1} if unanswered else {}
    waits = [each for each in (ticket.values.get("waits_since"), other.values.get("waits_since")) if each]
    urgent = bool(ticket.values.get("urgent")) or (unanswered and bool(other.values.get("urgent")))
    oldest = {"waits_since": min(waits)} if unanswered and waits else {}
    return {**woken, **oldest, "seen_news": 0, "urgent": urgent}


def split(ticket: Standing, intent: Intent, letters: Sequence[int]) -> Change:
    """Make a second ticket of a letter that asks for two things; the new row is written by the shell."""
    require_whole(ticket)
    if not letters:
        raise Refused(f"#{ticket.id} has no letter to split; `mailbot intake phone` opens a ticket without one")
    return Change("split", {}, {"intent": str(intent), "letters": list(letters)})


def link(ticket: Standing, other: Standing) -> tuple[Change, Change]:
    """Note that two tickets have to do with each other."""
    if ticket.id == other.id:
        raise Refused(f"#{ticket.id} is itself; `mailbot list` shows the others")
    return Change("linked", {}, {"to": other.id}), Change("linked", {}, {"to": ticket.id})


def move(
    ticket: Standing, to: Standing, letter: int, letters: Sequence[int], actor: str, now: datetime
) -> tuple[Change, Change]:
    """Put a letter on another ticket; a ticket that is left with none is closed as merged into that one."""
    for each in (ticket, to):
        require_whole(each)
        require_free(each, actor, now)
    if ticket.id == to.id:
        raise Refused(f"letter {letter} is on #{to.id} already; `mailbot show {to.id}` shows it")
    if letter not in letters:
        raise Refused(f"letter {letter} is not on #{ticket.id}; `mailbot show {ticket.id}` shows its letters")
    emptied = len(letters) == 1
    gone = {**UNCLAIMED, "status": Status.CLOSED, "merged_into": to.id} if emptied else {"seen_news": 0}
    details = {"letter": letter}
    woken = {} if to.status is Status.NEW else {"status": Status.OPEN}
    waits = to.values.get("waits_since") or ticket.values.get("waits_since") or now
    arrived = {**woken, "last_news": to.version + 1, "waits_since": waits}
    return Change("moved", gone, {**details, "to": to.id}, letter), Change("received", arrived, details, letter)
