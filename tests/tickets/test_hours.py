"""The town's calendar."""

from datetime import UTC, datetime

import pytest

from mailbot.tickets.hours import Hours, after_open_hours, is_open, next_opening

HOURS = Hours(closed_on=("2020-12-25",))


@pytest.mark.parametrize(
    ("utc", "open_now"),
    [
        ("2020-03-16T06:59", False),
        ("2020-03-16T07:00", True),
        ("2020-03-16T18:59", True),
        ("2020-03-16T19:00", False),
        ("2020-03-30T06:00", True),  # summer time began the day before
        ("2020-12-25T12:00", False),
    ],
)
def test_the_desk_is_open_from_eight_to_eight_in_leuven(utc, open_now):
    """Winter and summer, seven days, less the days it is closed."""
    assert is_open(HOURS, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is open_now


@pytest.mark.parametrize(
    ("utc", "opening"),
    [
        ("2020-03-16T03:00", "2020-03-16T08:00:00+01:00"),
        ("2020-03-16T21:00", "2020-03-17T08:00:00+01:00"),
        ("2020-03-28T21:00", "2020-03-29T08:00:00+02:00"),
        ("2020-12-24T22:00", "2020-12-26T08:00:00+01:00"),
    ],
)
def test_the_next_opening_is_told_in_local_time(utc, opening):
    """Also across the night in which the clock changes."""
    assert next_opening(HOURS, datetime.fromisoformat(utc).replace(tzinfo=UTC)).isoformat() == opening


def test_a_desk_that_never_opens_says_so():
    """A promise without an end is not made."""
    assert next_opening(Hours(open={}), datetime(2020, 3, 16, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"open": {"mon": "8-20"}}, "not written as 08:00-20:00"),
        ({"open": {"maandag": "08:00-20:00"}}, "no weekday"),
        ({"zone": "Leuven"}, "no such time zone"),
        ({"open": {"mon": "20:00-08:00"}}, "ends before it begins"),
        ({"closed_on": ("25-12-2020",)}, "isoformat"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(wrong, said):
    """A slip of the pen never closes the desk."""
    with pytest.raises(ValueError, match=said):
        Hours(**wrong)


@pytest.mark.parametrize(
    ("utc", "hours", "until"),
    [
        ("2020-03-16T09:00", 4, "2020-03-16T13:00"),
        ("2020-03-16T09:00", 12, "2020-03-17T09:00"),
        ("2020-03-16T22:00", 4, "2020-03-17T11:00"),
        ("2020-03-28T18:00", 2, "2020-03-29T07:00"),  # the night in which summer time began
    ],
)
def test_only_opening_hours_count(utc, hours, until):
    """Nobody is late with an answer while nobody is there."""
    start, end = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (utc, until))

    assert after_open_hours(HOURS, start, hours) == end


def test_a_desk_that_never_opens_counts_plain_hours():
    """A calendar without a day must not count for ever."""
    start = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)

    assert after_open_hours(Hours(open={}), start, 5) == datetime(2020, 3, 16, 14, 0, tzinfo=UTC)
