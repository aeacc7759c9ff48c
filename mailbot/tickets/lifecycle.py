"""What becomes of a ticket's status, as one table. Who may do what, and when, is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mailbot.model import Permanent, Status


class Trigger(StrEnum):
    """What can happen to a ticket."""

    LETTER = "letter"
    THANKS = "thanks"
    MACHINE = "machine"
    UNDELIVERED = "undelivered"
    ANSWER = "answer"
    WORK = "work"
    WAIT = "wait"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


_NEW, _OPEN, _PENDING, _RESOLVED, _CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED

TRANSITIONS: Mapping[Trigger, Mapping[Status, Status]] = {
    # a citizen writes again: somebody must read it, whatever the status was
    Trigger.LETTER: {_NEW: _NEW, _OPEN: _OPEN, _PENDING: _OPEN, _RESOLVED: _OPEN, _CLOSED: _OPEN},
    # "dank u" is kept and seen, and wakes nobody
    Trigger.THANKS: {each: each for each in Status},
    # a vacation notice changes nothing
    Trigger.MACHINE: {each: each for each in Status},
    # our answer did not arrive, so whoever waits for it is not helped
    Trigger.UNDELIVERED: {_NEW: _NEW, _OPEN: _OPEN, _PENDING: _OPEN, _RESOLVED: _OPEN, _CLOSED: _OPEN},
    Trigger.ANSWER: {_NEW: _PENDING, _OPEN: _PENDING, _PENDING: _PENDING, _RESOLVED: _RESOLVED, _CLOSED: _CLOSED},
    Trigger.WORK: {_NEW: _OPEN, _OPEN: _OPEN, _PENDING: _OPEN},
    Trigger.WAIT: {_NEW: _PENDING, _OPEN: _PENDING, _PENDING: _PENDING},
    Trigger.RESOLVE: {_NEW: _RESOLVED, _OPEN: _RESOLVED, _PENDING: _RESOLVED, _RESOLVED: _RESOLVED},
    Trigger.CLOSE: {_NEW: _CLOSED, _OPEN: _CLOSED, _PENDING: _CLOSED, _RESOLVED: _CLOSED, _CLOSED: _CLOSED},
    Trigger.REOPEN: {_PENDING: _OPEN, _RESOLVED: _OPEN, _CLOSED: _OPEN, _OPEN: _OPEN, _NEW: _NEW},
}


def next_status(status: Status, trigger: Trigger) -> Status:
    """The status after a trigger. Raises Permanent, naming what is allowed, where the table has no step."""
    steps = TRANSITIONS[trigger]
    if status not in steps:
        allowed = ", ".join(sorted(steps))
        raise Permanent(f"a {status} ticket cannot be given `{trigger}` (only {allowed}); `mailbot show` tells why")
    return steps[status]
