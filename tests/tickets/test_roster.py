"""Shifts, seats and whom an urgent letter calls, as tables."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.tickets import roster_store
from mailbot.tickets.escalation import EscalationPolicy, Reachable, Unclaimed, calls
from mailbot.tickets.hours import Hours
from mailbot.tickets.roster import Duty, RosterPolicy, read_rows, seat_of, shift_at

POLICY, HOURS = RosterPolicy(), Hours()
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = date(2020, 3, 16)
NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
AN = Duty(DAY, "08:00-12:00", "corona", "An", "an@leuven.example")
ELS = Duty(DAY, "08:00-12:00", "coordinator", "Els", "els@leuven.example")


@pytest.mark.parametrize(
    ("hour", "minute", "shift"),
    [
        (7, 59, None),
        (8, 0, "08:00-12:00"),
        (11, 59, "08:00-12:00"),
        (12, 0, "12:00-16:00"),
        (19, 59, "16:00-20:00"),
        (20, 0, None),
    ],
)
def test_a_moment_belongs_to_one_shift(hour, minute, shift):
    """By the clock of the town, at the minute of the change too."""
    found = shift_at(POLICY, HOURS, datetime(2020, 3, 16, hour, minute, tzinfo=BRUSSELS))

    assert found == ((DAY, shift) if shift else None)


def test_a_letters_seat_is_that_of_its_mailbox():
    """What came by another door is the first telephone's."""
    assert seat_of(POLICY, "leuven_helpt") == "leuven_helpt"
    assert seat_of(POLICY, "phone") == "phone1"


def row(**other):
    return {"date": "2020-03-16", "shift": "8-12", "seat": "corona", "name": "An", "email": "an@leuven.example"} | other


@pytest.mark.parametrize("written", ["8-12", "08-12", "08:00-12:00", "1", "8u-12u", " 8 - 12 "])
def test_shifts_are_read_as_people_write_them(written):
    """With hours, with minutes, or by number."""
    assert read_rows(POLICY, [row(shift=written)])[0][0].shift == "08:00-12:00"


@pytest.mark.parametrize("written", ["2020-03-16", "16/03/2020", "16-03-2020"])
def test_days_are_read_as_spreadsheets_write_them(written):
    """Day first, as in Flanders."""
    assert read_rows(POLICY, [row(date=written)])[0][0].day == DAY


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"date": "tomorrow"}, "no date"),
        ({"shift": "9-13"}, "no shift"),
        ({"seat": "chair"}, "no seat"),
        ({"name": ""}, "no name"),
        ({"email": "an at leuven"}, "not an e-mail"),
        ({"name": None, "seat": None}, "row 3"),
    ],
)
def test_a_bad_row_is_named_by_its_number_and_the_rest_is_taken(wrong, told):
    """As the spreadsheet numbers it."""
    duties, problems = read_rows(POLICY, [row(), row(**wrong), row(seat="phone1")])

    assert len(duties) == 2
    assert problems[0].startswith("row 3:")
    assert told in problems[0]


def unclaimed(minutes, **more):
    return Unclaimed(1, "corona", NOW - timedelta(minutes=minutes), 1, **more)


@pytest.mark.parametrize(
    ("minutes", "called", "roles"),
    [
        (0, (), ["corona"]),
        (9, (0,), []),
        (10, (0,), ["coordinator"]),
        (20, (0, 1), ["spoc"]),
        (25, (), ["corona", "coordinator", "spoc"]),
        (25, (0, 1, 2), []),
    ],
)
def test_the_seat_then_the_coordinator_then_the_spoc(minutes, called, roles):
    """Each once, after its minutes; what was missed is made up for."""
    people = Reachable({"corona": AN, "coordinator": ELS}, (), "spoc@leuven.example")
    made = calls([unclaimed(minutes, called=frozenset(called))], people, EscalationPolicy(), POLICY, NOW)

    assert [each.role for each in made] == roles


def test_an_empty_seat_calls_the_coordinator_at_once():
    """Also at night, when nobody is on duty at all."""
    manned = Reachable({"coordinator": ELS}, ("both@leuven.example",))
    night = Reachable({}, ("both@leuven.example",))

    assert calls([unclaimed(0)], manned, EscalationPolicy(), POLICY, NOW)[0].addresses == (
        "els@leuven.example",
        "both@leuven.example",
    )
    assert calls([unclaimed(0)], night, EscalationPolicy(), POLICY, NOW)[0].addresses == ("both@leuven.example",)


def test_the_roster_is_kept_and_a_seat_is_filled_anew(database):
    """Importing twice changes nothing; a swap tells who was there before."""
    with database.begin() as connection:
        roster_store.keep(connection, [AN, ELS])
        roster_store.keep(connection, [AN, ELS])
        assert len(roster_store.between(connection, DAY, DAY)) == 2

        before = roster_store.swap(connection, DAY, "08:00-12:00", "corona", "Els", "jan", NOW)
        assert before == "An"
        assert roster_store.on_duty(connection, (DAY, "08:00-12:00"))["corona"].email == "els@leuven.example"
        assert roster_store.on_duty(connection, None) == {}
