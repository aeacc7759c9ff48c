"""A desk of matchmakers simulated over days, so that a playbook is tried before people are. Pure; draws from `draw`.

How volunteers answer is assumed, not measured: a yes cools with the age of the offer (60 % fresh, halved every 25
days, 10 % always), an answer takes five hours on average, and at each weekly question four in five say that their
offer stands. Replace it by the desk's own log when there is one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from mailbot.matching.playbook import Playbook
from mailbot.matching.proposals import Proposal, propose
from mailbot.matching.records import Offer, Request

DIGEST_HOURS = (8, 12, 16)
DESK_OPENS, DESK_CLOSES = 8, 20
FRESH_YES, ALWAYS_YES, HALVES_AFTER_DAYS, MEAN_ANSWER_HOURS = 0.6, 0.1, 25, 5.0
STILL_STANDS = 0.8


@dataclass(slots=True)
class _Asked:
    """One question to one volunteer: when the answer comes, and what it is; None is silence."""

    proposal: Proposal
    offer: int
    at: datetime
    until: datetime
    answer_at: datetime
    is_yes: bool
    stands_by: bool = False


@dataclass(slots=True)
class _State:
    waiting: dict[int, Request]
    offers: dict[int, Offer]
    open: list[_Asked] = field(default_factory=list)
    served: dict[int, datetime] = field(default_factory=dict)
    metres: list[int] = field(default_factory=list)
    asks: int = 0
    surplus: int = 0
    ever: set[int] = field(default_factory=set)
    tasks: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it. Hours are from a request's arrival to a volunteer's yes; shares are of all requests."""

    requests: int
    served: float
    within_24: float
    within_48: float
    urgent_median: float
    urgent_p95: float
    asks: float
    surplus: float
    km: float
    ever_asked: float
    most_tasks: int
    hours: tuple[float, ...]


def simulate(
    requests: Sequence[Request],
    offers: Sequence[Offer],
    playbook: Playbook,
    start: datetime,
    days: int,
    draw: random.Random,
) -> Figures:
    """Let so many days pass, hour by hour. The same draw gives the same days to every playbook's first question."""
    state = _State({}, {offer.id: offer for offer in offers})
    coming = sorted(requests, key=lambda each: (each.since, each.id))
    for hour in range(24 * days):
        now = start + timedelta(hours=hour)
        while coming and coming[0].since <= now:
            arrived = coming.pop(0)
            state.waiting[arrived.id] = arrived
        _answers(state, now)
        if hour and hour % (24 * playbook.reconfirm_days) == 0:
            _ask_whether_it_stands(state, now, draw)
        if DESK_OPENS <= now.hour < DESK_CLOSES:
            _round(state, playbook, now, draw, is_digest=now.hour in DIGEST_HOURS)
    return _figures(requests, state, len(offers))


def _ask_whether_it_stands(state: _State, now: datetime, draw: random.Random) -> None:
    for number, offer in state.offers.items():
        if draw.random() < STILL_STANDS:
            state.offers[number] = replace(offer, confirmed=now)


def _answers(state: _State, now: datetime) -> None:
    """What was answered or ran out by now: a yes serves, a no or silence never comes back for this request."""
    still = []
    for asked in state.open:
        if asked.answer_at <= min(now, asked.until):
            _answered(state, asked)
        elif asked.until <= now:
            _refused(state, asked)
        else:
            still.append(asked)
    state.open = still


def _answered(state: _State, asked: _Asked) -> None:
    number = asked.proposal.request
    if not asked.is_yes:
        _refused(state, asked)
    elif number in state.waiting:
        del state.waiting[number]
        state.served[number] = asked.answer_at
        state.metres.append(max(0, asked.proposal.metres))
        state.tasks[asked.offer] = state.tasks.get(asked.offer, 0) + 1
        offer = state.offers[asked.offer]
        state.offers[asked.offer] = replace(offer, carried=offer.carried + 1)
    else:
        state.surplus += 1


def _refused(state: _State, asked: _Asked) -> None:
    request = state.waiting.get(asked.proposal.request)
    if request:
        state.waiting[request.id] = replace(request, banned=request.banned | {asked.offer})


def _round(state: _State, playbook: Playbook, now: datetime, draw: random.Random, *, is_digest: bool) -> None:
    busy = {asked.proposal.request for asked in state.open}
    free = [each for each in state.waiting.values() if each.id not in busy and (is_digest or each.urgent)]
    if not free:
        return
    held = {asked.offer for asked in state.open}
    ready = [offer for offer in state.offers.values() if offer.id not in held]
    for proposal in propose(free, ready, playbook, now).proposals:
        for place, offer in enumerate((proposal.offer, *(each.offer for each in proposal.reserves[: proposal.asked]))):
            _ask(state, proposal, offer, playbook, now, draw)
            state.open[-1].stands_by = place > 0


def _ask(
    state: _State, proposal: Proposal, number: int, playbook: Playbook, now: datetime, draw: random.Random
) -> None:
    offer = state.offers[number]
    limits = playbook.time_limits
    age = max(0.0, (now - offer.confirmed).total_seconds() / 86_400)
    is_yes = draw.random() < ALWAYS_YES + FRESH_YES * 0.5 ** (age / HALVES_AFTER_DAYS)
    takes = timedelta(hours=draw.expovariate(1 / MEAN_ANSWER_HOURS))
    until = after_desk_hours(now, limits.urgent_answer_hours if proposal.urgent else limits.answer_hours)
    state.open.append(_Asked(proposal, number, now, until, now + takes, is_yes))
    state.offers[number] = replace(offer, waiting_since=now)
    state.ever.add(number)
    state.asks += 1


def after_desk_hours(now: datetime, hours: int) -> datetime:
    """The moment after so many hours of an open desk."""
    left, moment = hours, now
    while left:
        moment += timedelta(hours=1)
        left -= DESK_OPENS < moment.hour <= DESK_CLOSES
    return moment


def _figures(requests: Sequence[Request], state: _State, offers: int) -> Figures:
    since = {each.id: each for each in requests}
    hours = {n: (at - since[n].since).total_seconds() / 3600 for n, at in state.served.items()}
    urgent = sorted(hours.get(each.id, float("inf")) for each in requests if each.urgent)
    count = max(1, len(requests))
    return Figures(
        requests=len(requests),
        served=len(hours) / count,
        within_24=sum(each <= 24 for each in hours.values()) / count,
        within_48=sum(each <= 48 for each in hours.values()) / count,
        urgent_median=median(urgent) if urgent else 0.0,
        urgent_p95=urgent[min(len(urgent) - 1, int(0.95 * len(urgent)))] if urgent else 0.0,
        asks=state.asks / count,
        surplus=state.surplus / count,
        km=sum(state.metres) / max(1, len(state.metres)) / 1000,
        ever_asked=len(state.ever) / max(1, offers),
        most_tasks=max(state.tasks.values(), default=0),
        hours=tuple(sorted(hours.values())),
    )
