"""Who may help whom, and how well: candidate pairs for the assignment, the whole explanation, and the near misses.

Who is chosen is decided in `assign`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mailbot.matching.grid import best, lay
from mailbot.matching.hard_rules import ASKABLE, Refusal, offer_refusals, pair_refusals, request_refusals
from mailbot.matching.playbook import Playbook
from mailbot.matching.records import Offer, Request
from mailbot.matching.terms import Term, score, terms
from mailbot.matching.uncollected import uncollected


class Candidate(NamedTuple):
    """A permitted pair. `metres` is -1 where a place is unknown; the terms behind the score: `terms.terms`."""

    request: int
    offer: int
    score: int
    metres: int


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything about one offer for one request. `refusals` is empty for a candidate."""

    request: int
    offer: int
    score: int
    terms: tuple[Term, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All offers for one request: why nobody may help (`refusals`), candidates best first, the others by number."""

    request: int
    refusals: tuple[Refusal, ...]
    candidates: tuple[Explained, ...]
    others: tuple[Explained, ...]


@uncollected()
def candidates(
    requests: Sequence[Request], offers: Sequence[Offer], playbook: Playbook, now: datetime
) -> list[Candidate]:
    """The best candidate pairs of every request, by request number, then best first, ties by offer number.

    Exactly the `playbook.candidates` best of each request (`candidates_when_short` where places exceed offers,
    and at least twice its places), and all pairs where fewer are permitted.
    """
    grid = lay(offers, playbook, now)
    short = sum(request.places for request in requests) > len(offers)
    usual = playbook.candidates_when_short if short else playbook.candidates
    return [
        Candidate(request.id, offer, points, far)
        for request in sorted(requests, key=lambda request: request.id)
        if not request_refusals(request, playbook, now)
        for points, offer, far in best(request, grid, max(usual, 2 * request.places))
    ]


def explain(request: Request, offers: Sequence[Offer], playbook: Playbook, now: datetime) -> Explanation:
    """Every offer for a request: the candidates with their terms, the others with each rule that refuses them."""
    refusals = request_refusals(request, playbook, now)
    judged = [explain_pair(request, offer, playbook, now) for offer in offers]
    found = sorted((each for each in judged if not each.refusals), key=lambda each: (-each.score, each.offer))
    others = sorted((each for each in judged if each.refusals), key=lambda each: each.offer)
    return Explanation(request.id, refusals, tuple(found), tuple(others))


def explain_pair(request: Request, offer: Offer, playbook: Playbook, now: datetime) -> Explained:
    """One offer for one request: score, terms and refusals. Rules about the request alone are left out."""
    found = terms(request, offer, playbook, now)
    return Explained(
        request.id,
        offer.id,
        score(found),
        found,
        offer_refusals(offer, playbook, now) + pair_refusals(request, offer, playbook),
    )


def near_misses(
    request: Request, offers: Sequence[Offer], playbook: Playbook, now: datetime, most: int = 5
) -> tuple[Explained, ...]:
    """Who would fit but for one thing that a question may solve, the best `most`, ties by number.

    `refusals[0].rule` says what to ask: another kind, a language (or an interpreter), another time, a bit
    further, or whether the offer still stands. Safety is no question: nobody ill, at risk, too young or banned.
    """
    if request_refusals(request, playbook, now):
        return ()
    judged = (explain_pair(request, offer, playbook, now) for offer in offers)
    found = [each for each in judged if len(each.refusals) == 1 and each.refusals[0].rule in ASKABLE]
    return tuple(sorted(found, key=lambda each: (-each.score, each.offer))[:most])
