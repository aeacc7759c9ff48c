"""How good a permitted pair is: named terms in whole points that add up to the score, each with its why.

Whole numbers only, so that every machine finds the same best assignment. `grid` computes the same sums quickly;
a test holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mailbot.matching.hard_rules import is_remote
from mailbot.matching.playbook import Playbook, Weights
from mailbot.matching.records import Offer, Request, metres, week


class Term(NamedTuple):
    """One named reason: what it is about, the points it earns, and why in English."""

    name: str
    points: int
    why: str


def terms(request: Request, offer: Offer, playbook: Playbook, now: datetime) -> tuple[Term, ...]:
    """The five terms of a pair, in the order of the playbook: distance, choice, language, time, waited."""
    weights = playbook.weights
    return (
        _distance(request, offer, playbook),
        _choice(request, offer, weights),
        _language(request, offer, weights),
        _time(request, offer, playbook),
        _waited(offer, weights, now),
    )


def score(found: tuple[Term, ...]) -> int:
    """The sum of the points."""
    return sum(term.points for term in found)


def distance_points(far: int, playbook: Playbook) -> int:
    """Points for so many metres: all next door, none at the town's limit and beyond."""
    limit = int(1000 * playbook.limits.farthest_km)
    return playbook.weights.distance * max(0, limit - far) // limit


def waited_points(offer: Offer, weights: Weights, now: datetime) -> int:
    """Points for the whole days since a volunteer offered or was last asked."""
    return weights.waited * min(_days(offer, now), weights.waited_days) // weights.waited_days


def _distance(request: Request, offer: Offer, playbook: Playbook) -> Term:
    if request.spot is None or offer.spot is None:
        return Term("distance", 0, "place unknown")
    far = metres(request.spot, offer.spot)
    sure = "" if request.spot.exact and offer.spot.exact else ", postcode only"
    home = ", from home" if is_remote(request, playbook) else ""
    return Term("distance", distance_points(far, playbook), f"{far / 1000:.1f} km{sure}{home}")


def _choice(request: Request, offer: Offer, weights: Weights) -> Term:
    if offer.kinds[:1] and offer.kinds[0] in request.kinds:
        return Term("choice", weights.first_choice, f"own first choice: {offer.kinds[0]}")
    if not set(request.kinds) & set(offer.kinds):
        return Term("choice", 0, "offers another kind of help")
    return Term("choice", weights.other_choice, f"offers {', '.join(request.kinds)} too")


def _language(request: Request, offer: Offer, weights: Weights) -> Term:
    shared = [each for each in request.languages if each in offer.languages]
    if not shared:
        return Term("language", 0, "no common language")
    own = shared[0] == request.languages[0]
    points = weights.own_language if own else weights.shared_language
    return Term("language", points, f"speaks {shared[0]}" + ("" if own else ", not the requester's first"))


def _time(request: Request, offer: Offer, playbook: Playbook) -> Term:
    wanted = request.slots & week(playbook.limits.insured.parts)
    both, of = (wanted & offer.slots).bit_count(), wanted.bit_count()
    return Term("time", playbook.weights.time * both // max(of, 1), f"free at {both} of {of} wanted times")


def _waited(offer: Offer, weights: Weights, now: datetime) -> Term:
    return Term("waited", waited_points(offer, weights, now), f"{_days(offer, now)} days waiting")


def _days(offer: Offer, now: datetime) -> int:
    return max(0, (now - offer.waiting_since).days)
