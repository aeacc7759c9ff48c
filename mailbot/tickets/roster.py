"""Who is on duty: shifts, seats, and the town's roster as read from a file. Pure; it is kept in `roster_store`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict, field_validator

from mailbot.model import Permanent
from mailbot.tickets.hours import Hours

COORDINATOR = "coordinator"
COLUMNS = ("date", "shift", "seat", "name", "email", "phone")
_MATCHMAKER = re.compile(r"matchmaker_?\d{0,2}")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


class RosterPolicy(BaseModel):
    """The section `roster:` of rules.yaml: the shifts of a day, and the seats of each shift.

    A seat named as a mailbox is that of the mailbox's operator; letters of other doors are the first seat's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shifts: tuple[str, ...] = ("08:00-12:00", "12:00-16:00", "16:00-20:00")
    seats: tuple[str, ...] = ("phone1", "phone2", "corona", "leuven_helpt", COORDINATOR)

    @field_validator("shifts")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for shift in value:
            begin, end = _span(shift)
            if begin >= end:
                raise ValueError(f"{shift} ends before it begins")
        return value


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody in a seat, in one shift of one local day."""

    day: date
    shift: str
    seat: str
    name: str
    email: str = ""
    phone: str = ""


def _span(shift: str) -> tuple[time, time]:
    try:
        begin, end = shift.split("-")
        return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    except ValueError as error:
        raise ValueError(f"{shift!r} is not written as 08:00-12:00") from error


def shift_at(policy: RosterPolicy, hours: Hours, now: datetime) -> tuple[date, str] | None:
    """The local day and the shift of a moment; None between shifts and at night."""
    local = now.astimezone(hours.tz)
    for shift in policy.shifts:
        begin, end = _span(shift)
        if begin <= local.time() < end:
            return local.date(), shift
    return None


def seat_of(policy: RosterPolicy, mailbox: str) -> str:
    """Whose letter it is: the seat of its mailbox, else the first."""
    return mailbox if mailbox in policy.seats else policy.seats[0]


def read_rows(policy: RosterPolicy, rows: Iterable[Mapping[str, str | None]]) -> tuple[list[Duty], list[str]]:
    """Duties, and what is wrong with which row, counted as a spreadsheet does: the head is row 1."""
    duties: list[Duty] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 2):
        try:
            duties.append(
                _duty(policy, {str(name).strip().lower(): (value or "").strip() for name, value in row.items()})
            )
        except ValueError as error:
            problems.append(f"row {number}: {error}")
    return duties, problems


def _duty(policy: RosterPolicy, row: Mapping[str, str]) -> Duty:
    name = " ".join(row.get("name", "").split())
    if not name or not name.isprintable() or len(name) > 40:
        raise ValueError("no name of at most forty letters")
    email = row.get("email", "").lower()
    if email and (email.count("@") != 1 or any(letter.isspace() for letter in email) or not email.isascii()):
        raise ValueError(f"{email!r} is not an e-mail address")
    day, shift = read_day(row.get("date", "")), read_shift(policy, row.get("shift", ""))
    return Duty(day, shift, _seat(policy, row), name, email, row.get("phone", "")[:30])


def _seat(policy: RosterPolicy, row: Mapping[str, str]) -> str:
    seat = row.get("seat", "").lower().replace(" ", "_")
    if seat not in policy.seats and not _MATCHMAKER.fullmatch(seat):
        raise ValueError(f"{seat!r} is no seat; there are: {', '.join(policy.seats)}, matchmaker1, matchmaker2 …")
    return seat


def is_matchmaker(duty: Duty) -> bool:
    """Whether somebody sits as a matchmaker, of whom there are as many as the day needs."""
    return _MATCHMAKER.fullmatch(duty.seat) is not None


def read_day(written: str) -> date:
    """A day as spreadsheets write it: 2020-03-16 or 16/03/2020. Raises ValueError."""
    for form in _DAYS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a date of the town's calendar
        except ValueError:
            continue
    raise ValueError(f"{written!r} is no date such as 2020-03-16")


def read_shift(policy: RosterPolicy, written: str) -> str:
    """A shift as people write it: `8-12`, `08:00-12:00`, or its number. Raises ValueError naming those there are."""
    plain = written.replace(" ", "").replace("u", "").replace("h", "")
    for number, shift in enumerate(policy.shifts, 1):
        begin, end = _span(shift)
        if plain in {shift, str(number), f"{begin.hour}-{end.hour}", f"{begin.hour:02}-{end.hour:02}"}:
            return shift
    raise ValueError(f"{written!r} is no shift; there are: {', '.join(policy.shifts)}")


def require(policy: RosterPolicy, shift: str, seat: str) -> tuple[str, str]:
    """A shift and a seat as typed. Raises Permanent naming those there are."""
    try:
        return read_shift(policy, shift), _seat(policy, {"seat": seat})
    except ValueError as error:
        raise Permanent(f"{error}; `mailbot roster today` shows them") from error
