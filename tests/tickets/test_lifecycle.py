"""What becomes of a ticket's status."""

import pytest

from mailbot.model import Permanent, Status
from mailbot.tickets.lifecycle import TRANSITIONS, Trigger, next_status

NEW, OPEN, PENDING, RESOLVED, CLOSED = Status.NEW, Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED


@pytest.mark.parametrize(
    ("status", "trigger", "following"),
    [
        (NEW, Trigger.LETTER, NEW),
        (PENDING, Trigger.LETTER, OPEN),
        (RESOLVED, Trigger.LETTER, OPEN),
        (CLOSED, Trigger.LETTER, OPEN),
        (CLOSED, Trigger.THANKS, CLOSED),
        (RESOLVED, Trigger.THANKS, RESOLVED),
        (PENDING, Trigger.MACHINE, PENDING),
        (CLOSED, Trigger.MACHINE, CLOSED),
        (PENDING, Trigger.UNDELIVERED, OPEN),
        (NEW, Trigger.ANSWER, PENDING),
        (OPEN, Trigger.RESOLVE, RESOLVED),
        (OPEN, Trigger.CLOSE, CLOSED),
        (CLOSED, Trigger.REOPEN, OPEN),
    ],
)
def test_the_table_of_statuses(status, trigger, following):
    """A letter wakes a ticket; thanks and machines do not."""
    assert next_status(status, trigger) is following


@pytest.mark.parametrize(("status", "trigger"), [(CLOSED, Trigger.WAIT), (RESOLVED, Trigger.WORK)])
def test_a_step_that_is_not_in_the_table_is_refused(status, trigger):
    """The refusal names what is allowed."""
    with pytest.raises(Permanent, match="only"):
        next_status(status, trigger)


def test_what_comes_by_mail_never_fails():
    """A letter of any kind may come at any time."""
    for trigger in (Trigger.LETTER, Trigger.THANKS, Trigger.MACHINE, Trigger.UNDELIVERED):
        assert set(TRANSITIONS[trigger]) == set(Status)
