"""What no score can outweigh: one small function a rule, each of which says in plain words why it refuses.

A rule returns "" where it has nothing against it. Some look at the request, some at the offer, some at both;
adding a rule is adding a function to its list. How good a permitted pair is, is said in `terms`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from mailbot.matching.playbook import Playbook
from mailbot.matching.records import Offer, Request, metres, week


class Refusal(NamedTuple):
    """A rule that bites: its name and its reason in English."""

    rule: str
    reason: str


RequestRule = Callable[[Request, Playbook, datetime], str]
OfferRule = Callable[[Offer, Playbook, datetime], str]
PairRule = Callable[[Request, Offer, Playbook], str]


def spoc_kind(request: Request, playbook: Playbook, _: datetime) -> str:
    """Childcare and care are never matched by a machine."""
    found = [kind for kind in request.kinds if kind in playbook.limits.spoc_kinds]
    return f"{found[0]} is for the SPOC, never matched automatically" if found else ""


def for_profit(request: Request, _: Playbook, __: datetime) -> str:
    """The law on volunteering (3 July 2005) knows organisations without profit only."""
    return "a for-profit organisation may not work with volunteers; for the SPOC" if request.for_profit else ""


def insured_period(request: Request, playbook: Playbook, now: datetime) -> str:
    """The insurance has a first and a last day."""
    insured, day = playbook.limits.insured, request.day or now.date()
    if insured.first_day and day < insured.first_day:
        return f"volunteers are insured from {insured.first_day}"
    return f"volunteers were insured until {insured.last_day}" if insured.last_day and day > insured.last_day else ""


def insured_hours(request: Request, playbook: Playbook, _: datetime) -> str:
    """The insurance covers parts of the day."""
    parts = playbook.limits.insured.parts
    return "" if request.slots & week(parts) else f"volunteers are insured in the {', '.join(parts)} only"


def place_known(request: Request, playbook: Playbook, _: datetime) -> str:
    """Help at a door needs to know where the door is."""
    return "no place is known; ask for the street" if request.spot is None and not is_remote(request, playbook) else ""


def available(offer: Offer, _: Playbook, __: datetime) -> str:
    """Paused, withdrawn or still to be confirmed by the volunteer."""
    return "" if offer.available else "the offer is paused, withdrawn or not ready"


def capacity_left(offer: Offer, _: Playbook, __: datetime) -> str:
    """Nobody is asked for more than they offered."""
    full = offer.carried >= offer.capacity
    return f"has {offer.carried} of {offer.capacity} tasks this week" if full else ""


def confirmed(offer: Offer, playbook: Playbook, now: datetime) -> str:
    """An old offer is a guess."""
    days = playbook.limits.confirmed_days
    old = now - offer.confirmed > timedelta(days=days)
    return f"not confirmed within {days} days (last on {offer.confirmed:%d/%m})" if old else ""


def not_ill(offer: Offer, _: Playbook, __: datetime) -> str:
    """Ill or in quarantine, as the volunteer says."""
    return "ill or in quarantine, by their own word" if offer.ill else ""


def parental_consent(offer: Offer, _: Playbook, __: datetime) -> str:
    """Somebody younger than 16 needs a parent's word."""
    return "younger than 16 and no parent's consent" if offer.minor and not offer.consent else ""


def kind(request: Request, offer: Offer, _: Playbook) -> str:
    """The volunteer offers every kind that the request is for."""
    missing = [wanted for wanted in request.kinds if wanted not in offer.kinds]
    return f"does not offer {', '.join(missing)}" if missing or not request.kinds else ""


def minor_kinds(request: Request, offer: Offer, playbook: Playbook) -> str:
    """Under 16: letters only."""
    allowed = playbook.limits.minor_kinds
    return f"younger than 16: only {', '.join(allowed)}" if offer.minor and set(request.kinds) - set(allowed) else ""


def risk_group(request: Request, offer: Offer, playbook: Playbook) -> str:
    """People at risk help from home."""
    return "in a risk group: only help from home" if offer.risk_group and not is_remote(request, playbook) else ""


def language(request: Request, offer: Offer, playbook: Playbook) -> str:
    """Where talking is the help, a language in common."""
    talk = set(request.kinds) & set(playbook.limits.talk_kinds)
    strange = talk and not set(request.languages) & set(offer.languages)
    return f"no common language ({'/'.join(request.languages)})" if strange else ""


def time(request: Request, offer: Offer, playbook: Playbook) -> str:
    """A slot in common, inside the insured parts of the day."""
    shared = request.slots & offer.slots & week(playbook.limits.insured.parts)
    return "" if shared else "not free at the wanted times"


def distance(request: Request, offer: Offer, playbook: Playbook) -> str:
    """Within the volunteer's own range and the town's limit; help from home knows no distance."""
    if is_remote(request, playbook) or request.spot is None:
        return ""
    if offer.spot is None:
        return "no place of the volunteer is known"
    far, most = metres(request.spot, offer.spot), reach_metres(offer, playbook)
    return f"{far / 1000:.1f} km away, goes up to {most / 1000:.1f} km" if far > most else ""


def not_banned(request: Request, offer: Offer, _: Playbook) -> str:
    """A pair that was declined once is never proposed again."""
    return "this pair was declined before" if offer.id in request.banned else ""


def not_family(request: Request, offer: Offer, _: Playbook) -> str:
    """Help for one's own family is informal care, not volunteering."""
    return "own family: informal care, not volunteering" if offer.id in request.family else ""


REQUEST_RULES: tuple[RequestRule, ...] = (spoc_kind, for_profit, insured_period, insured_hours, place_known)
OFFER_RULES: tuple[OfferRule, ...] = (available, capacity_left, confirmed, not_ill, parental_consent)
PAIR_RULES: tuple[PairRule, ...] = (
    kind, minor_kinds, risk_group, language, time, distance, not_banned, not_family,
)  # fmt: skip
# What one question to the volunteer may solve, the easiest to say yes to first.
ASKABLE = ("kind", "language", "time", "distance", "confirmed")


def request_refusals(request: Request, playbook: Playbook, now: datetime) -> tuple[Refusal, ...]:
    """Why no volunteer at all may be proposed for a request; empty where one may."""
    found = ((rule.__name__, rule(request, playbook, now)) for rule in REQUEST_RULES)
    return tuple(Refusal(name, reason) for name, reason in found if reason)


def offer_refusals(offer: Offer, playbook: Playbook, now: datetime) -> tuple[Refusal, ...]:
    """Why a volunteer may not be asked now; empty where they may."""
    found = ((rule.__name__, rule(offer, playbook, now)) for rule in OFFER_RULES)
    return tuple(Refusal(name, reason) for name, reason in found if reason)


def pair_refusals(request: Request, offer: Offer, playbook: Playbook) -> tuple[Refusal, ...]:
    """Why these two do not go together; empty where they do."""
    found = ((rule.__name__, rule(request, offer, playbook)) for rule in PAIR_RULES)
    return tuple(Refusal(name, reason) for name, reason in found if reason)


def is_remote(request: Request, playbook: Playbook) -> bool:
    """Whether all of it can be done from home."""
    return set(request.kinds) <= set(playbook.limits.remote_kinds)


def reach_metres(offer: Offer, playbook: Playbook) -> int:
    """How far a volunteer may be asked to go: their own range, and never beyond the town's limit."""
    return int(1000 * min(offer.reach_km, playbook.limits.farthest_km))
