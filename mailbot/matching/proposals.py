"""One run of the engine: who is proposed to whom now, with the terms, the reserves and what nobody can serve.

What was mailed before is given as `locked` and left alone; everything else is solved anew, so that there is no
state to keep and a crash costs nothing. States, timers and letters belong to the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.matching.assign import Assignment, Demand, Pair, Supply, assign
from mailbot.matching.candidates import Candidate, candidates
from mailbot.matching.hard_rules import Refusal, request_refusals
from mailbot.matching.playbook import Playbook, Prices
from mailbot.matching.records import Offer, Request
from mailbot.matching.terms import Term, terms


@dataclass(frozen=True, slots=True)
class Proposal:
    """One new pair for a matchmaker to judge. `reserves` are the next best who are not proposed elsewhere.

    The first `asked` reserves are asked at once beside the volunteer, the others are only shown.
    `postcode_only` warns that the distance is a guess.
    """

    request: int
    offer: int
    score: int
    terms: tuple[Term, ...]
    metres: int
    postcode_only: bool
    urgent: bool
    reserves: tuple[Candidate, ...] = ()
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What one run proposes, urgent first, then by request number; and which places stay open.

    `refused` are requests that no volunteer may serve, for the SPOC or an operator, with every reason.
    """

    proposals: tuple[Proposal, ...]
    unserved: Mapping[int, int]
    refused: Mapping[int, tuple[Refusal, ...]]


def propose(
    requests: Sequence[Request],
    offers: Sequence[Offer],
    playbook: Playbook,
    now: datetime,
    locked: Collection[Pair] = (),
) -> Run:
    """Candidates, assignment, terms and reserves in one. `requests` are those with open places, `locked` the open
    proposals and running matches among them; `Offer.carried` does not count the locked pairs given here.
    """
    judged = {each.id: request_refusals(each, playbook, now) for each in requests}
    busy = {offer for _, offer in locked} if playbook.one_open_proposal else set()
    pairs = candidates(requests, [each for each in offers if each.id not in busy], playbook, now)
    found = assign(
        pairs,
        [demand(each, playbook.prices, now) for each in requests if not judged[each.id]],
        [supply(each) for each in offers],
        playbook.prices.extra_task,
        locked,
        playbook.one_open_proposal,
    )
    refused = {number: reasons for number, reasons in sorted(judged.items()) if reasons}
    return Run(_proposals(found, pairs, requests, offers, playbook, now), found.unserved, refused)


def demand(request: Request, prices: Prices, now: datetime) -> Demand:
    """What the assignment is asked for; an older request has more patience points, so that nobody starves."""
    days = min(max(0, (now - request.since).days), prices.age_days)
    return Demand(request.id, request.places, request.urgent, days * prices.age_per_day)


def supply(offer: Offer) -> Supply:
    """What a volunteer has left this week."""
    return Supply(offer.id, max(0, offer.capacity - offer.carried), offer.carried)


def reserves(request: int, pairs: Sequence[Candidate], spoken_for: Collection[int], most: int) -> tuple[Candidate, ...]:
    """The `most` best candidates of a request who are not in `spoken_for`, ties by number."""
    free = [each for each in pairs if each.request == request and each.offer not in spoken_for]
    return tuple(sorted(free, key=lambda each: (-each.score, each.offer))[:most])


def _proposals(
    found: Assignment,
    pairs: Sequence[Candidate],
    requests: Sequence[Request],
    offers: Sequence[Offer],
    playbook: Playbook,
    now: datetime,
) -> tuple[Proposal, ...]:
    by_request, by_offer = {each.id: each for each in requests}, {each.id: each for each in offers}
    options: dict[int, list[Candidate]] = {}
    for each in pairs:
        options.setdefault(each.request, []).append(each)
    spoken_for = {each.offer for each in found.pairs} | {offer for _, offer in found.locked}
    made = []
    for each in sorted(found.pairs, key=lambda pair: (not by_request[pair.request].urgent, pair)):
        request = by_request[each.request]
        asked = playbook.stand_bys.urgent if request.urgent else playbook.stand_bys.other
        shown = reserves(each.request, options[each.request], spoken_for, max(asked, playbook.stand_bys.shown))
        spoken_for |= {reserve.offer for reserve in shown[:asked]}
        made.append(_proposal(each, request, by_offer[each.offer], playbook, now, shown, asked))
    return tuple(made)


def _proposal(
    pair: Candidate,
    request: Request,
    offer: Offer,
    playbook: Playbook,
    now: datetime,
    shown: tuple[Candidate, ...],
    asked: int,
) -> Proposal:
    sure = request.spot is not None and offer.spot is not None and request.spot.exact and offer.spot.exact
    why = terms(request, offer, playbook, now)
    return Proposal(
        pair.request, pair.offer, pair.score, why, pair.metres, not sure, request.urgent, shown, min(asked, len(shown))
    )
