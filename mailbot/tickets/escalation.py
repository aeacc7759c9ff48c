"""Who is called when an urgent letter lies unclaimed: its seat, then the coordinator, then a SPOC. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mailbot.tickets.roster import COORDINATOR, Duty, RosterPolicy, seat_of

HOLDER, COORDINATING, SPOC = 0, 1, 2


class EscalationPolicy(BaseModel):
    """The section `escalation:` of rules.yaml: after how many minutes by the clock the next one is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coordinator_minutes: int = Field(default=10, ge=0)
    spoc_minutes: int = Field(default=20, ge=0)
    spoc: str = ""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An urgent ticket that nobody has in hand. `called` are the steps that were taken for this news of it."""

    ticket: int
    mailbox: str
    since: datetime
    news: int
    called: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """Call somebody about a ticket. `addresses` may be empty where nobody is known; it counts as done all the same."""

    ticket: int
    step: int
    news: int
    role: str
    addresses: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Reachable:
    """Who can be called now: those on duty by seat, the standing addresses of coordinators, the SPOC's address."""

    duty: Mapping[str, Duty]
    coordinators: tuple[str, ...] = ()
    spoc: str = ""


def calls(
    waiting: Sequence[Unclaimed], people: Reachable, policy: EscalationPolicy, roster: RosterPolicy, now: datetime
) -> list[Call]:
    """Every call that is due and was not made. Where a seat is empty, its call goes to the coordinator at once."""
    return [
        _call(each, step, people, roster, now)
        for each in waiting
        for step, minutes in enumerate((0, policy.coordinator_minutes, policy.spoc_minutes))
        if step not in each.called and now - each.since >= timedelta(minutes=minutes)
    ]


def _call(each: Unclaimed, step: int, people: Reachable, roster: RosterPolicy, now: datetime) -> Call:
    minutes = int((now - each.since).total_seconds() // 60)
    if step == SPOC:
        return Call(each.ticket, step, each.news, "spoc", (people.spoc,) if people.spoc else (), minutes)
    seat = seat_of(roster, each.mailbox) if step == HOLDER else COORDINATOR
    held = people.duty.get(seat)
    addresses = (held.email,) if held and held.email else _coordinators(people)
    role = seat if held and held.email else COORDINATOR
    return Call(each.ticket, step, each.news, role, addresses, minutes)


def _coordinators(people: Reachable) -> tuple[str, ...]:
    held = people.duty.get(COORDINATOR)
    return tuple(dict.fromkeys(((held.email,) if held and held.email else ()) + people.coordinators))
