"""What was promised, in the calendar of the town: on time, at risk, late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model import Intent
from mailbot.tickets.hours import Hours, add_open, take_open
from mailbot.tickets.promises import Promises, due, late_from, timeliness
from mailbot.tickets.spoken_time import read_moment

BRUSSELS = ZoneInfo("Europe/Brussels")
HOURS = Hours()
PROMISES = Promises()


def at(day, hour, minute=0):
    return datetime(2020, 3, day, hour, minute, tzinfo=BRUSSELS)


def waiting(since, intent="help_request", *, urgent=False, status="new", answered=None):
    return {
        "intent": intent,
        "urgent": urgent,
        "status": status,
        "waits_since": since,
        "created_at": since,
        "answered_news": answered,
    }


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(16, 9), 60, at(16, 10)),
        (at(16, 19, 30), 60, at(17, 8, 30)),
        (at(16, 23), 60, at(17, 9)),
        (at(16, 3), 60, at(16, 9)),
        (at(28, 19), 120, at(29, 9)),  # the night of the summer hour
        (at(16, 8), 12 * 60, at(16, 20)),
        (at(16, 8), 12 * 60 + 1, at(17, 8, 1)),
    ],
)
def test_minutes_count_while_the_desk_is_open(start, minutes, end):
    """A letter of eleven in the evening is answered in the morning."""
    assert add_open(HOURS, start, minutes) == end


def test_holidays_do_not_count():
    """Whoever writes on the eve waits over the holiday."""
    hours = Hours(closed_on=(date(2020, 3, 17),))

    assert add_open(hours, at(16, 19, 30), 60) == at(18, 8, 30)


@given(st.datetimes(datetime(2020, 3, 1), datetime(2020, 11, 30)), st.integers(1, 3000))
def test_looking_back_is_the_inverse_of_looking_forward(naive, minutes):
    """What is late by the one is late by the other: the queue's order and its words agree."""
    now = naive.replace(tzinfo=UTC)
    since = take_open(HOURS, now, minutes)

    assert add_open(HOURS, since, minutes) <= now
    assert add_open(HOURS, since + timedelta(minutes=1), minutes) > now


def test_a_ticket_is_at_risk_before_it_is_late():
    """Two hours for a request: at risk after one and a half."""
    ticket = waiting(at(16, 9))

    told = [timeliness(PROMISES, HOURS, ticket, at(16, 9, 0) + timedelta(minutes=m)) for m in (89, 90, 119, 120)]
    assert told == ["on time", "at risk", "at risk", "late"]
    assert due(PROMISES, HOURS, ticket) == at(16, 11)


def test_urgent_tickets_are_promised_by_the_clock():
    """Also at night."""
    assert due(PROMISES, HOURS, waiting(at(16, 23), urgent=True)) == at(16, 23, 30)


def test_a_second_letter_has_a_promise_of_its_own():
    """The next step may take longer than the first answer."""
    assert due(PROMISES, HOURS, waiting(at(16, 9), status="open", answered=3)) == at(16, 13)


@pytest.mark.parametrize("status", ["pending", "resolved", "closed"])
def test_nobody_waits_for_us_when_we_wait_for_them(status):
    """A ticket that waits for the citizen is never late."""
    assert timeliness(PROMISES, HOURS, waiting(at(1, 9), status=status), at(16, 9)) == ""


@given(st.integers(0, 6000), st.sampled_from(list(Intent)))
def test_the_order_of_the_queue_agrees_with_what_is_shown(minutes, intent):
    """Late in the table is late in the sort."""
    now = at(18, 15)
    since = now.astimezone(UTC) - timedelta(minutes=minutes)

    in_order = since <= late_from(PROMISES, HOURS, now)[str(intent), True]
    assert in_order == (timeliness(PROMISES, HOURS, waiting(since, str(intent)), now) == "late")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2h", at(16, 11)),
        ("30m", at(16, 9, 30)),
        ("3d", at(19, 9)),
        ("tomorrow", at(17, 8)),
        ("17:30", at(16, 17, 30)),
        ("8:30", at(17, 8, 30)),
        ("2020-03-20", at(20, 8)),
    ],
)
def test_moments_are_read_as_operators_type_them(written, moment):
    """A day means the hour at which the desk opens."""
    assert read_moment(written, HOURS, at(16, 9)) == moment


@pytest.mark.parametrize("written", ["", "soon", "25:00", "2020-13-01", "-2h", "99999d"])
def test_other_moments_are_refused_with_examples(written):
    """The reader learns how to write one."""
    from mailbot.model import Permanent

    with pytest.raises(Permanent, match="tomorrow"):
        read_moment(written, HOURS, at(16, 9))
