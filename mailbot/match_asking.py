"""The ready question to volunteers who would fit a request but for one thing: asked when a person says so, answered.

Who nearly fits, and in what, is found in `matching.candidates`; the words are the template `near_miss`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mailbot import match_letters
from mailbot.match_effects import Scene, due
from mailbot.match_frame import can_be_written_to
from mailbot.matching import mail_store, records_store, store
from mailbot.matching.candidates import Explained, explain_pair, near_misses
from mailbot.matching.mail_store import Question
from mailbot.matching.proposals import Proposal
from mailbot.matching.records import Offer, Request, metres
from mailbot.matching.states import STANDING, State
from mailbot.matching.terms import Term
from mailbot.model import Intent, Permanent
from mailbot.outbox.store import Draft
from mailbot.storage.matching_tables import MATCH

ANSWER_DAYS, REST = 2, timedelta(days=1)
REMEMBERED = timedelta(days=7)  # how long a yes waits for its volunteer to be free


@dataclass(frozen=True, slots=True)
class Near:
    """A volunteer who would fit but for one rule; `left_out` says why they are not asked, empty where they are."""

    offer: int
    rule: str
    name: str
    left_out: str = ""


def ask_near(scene: Scene, request: int, offers: Sequence[int] = ()) -> tuple[list[Near], list[Draft]]:
    """Ask those who nearly fit a request, or only some of them, each by one mail; who has none is named, to be called.

    Raises Permanent where nobody nearly fits, or somebody named does not.
    """
    wanted, found = _nearly(scene, request)
    if offers and (others := set(offers) - {each.offer for each in found}):
        named = ", ".join(f"A-{each}" for each in sorted(others))
        raise Permanent(f"{named} would not fit by one question; `mailbot match explain H-{request}` tells why")
    if not found:
        raise Permanent(f"nobody fits H-{request} but for one thing; `mailbot match explain H-{request}` tells why")
    chosen = [each for each in found if not offers or each.offer in offers]
    return _ask_each(scene, wanted, chosen)


def ask_named(scene: Scene, request: int, offers: Sequence[int]) -> tuple[list[Near], list[Draft]]:
    """Ask those of `offers` who still nearly fit a request. Raises Permanent where none of them does."""
    wanted, found = _nearly(scene, request)
    chosen = [each for each in found if each.offer in offers]
    if not chosen:
        raise Permanent(f"none of those named fits H-{request} but for one thing any more")
    return _ask_each(scene, wanted, chosen)


def _nearly(scene: Scene, request: int) -> tuple[Request, tuple[Explained, ...]]:
    facts = records_store.facts(scene.connection, scene.now)
    wanted = next((each for each in facts.requests if each.id == request), None)
    if wanted is None:
        raise Permanent(f"H-{request} is not open, or every place is spoken for; `mailbot match show H-{request}`")
    return wanted, near_misses(wanted, facts.offers, scene.letters.desk.policy.playbook, scene.now)


def _ask_each(scene: Scene, wanted: Request, chosen: Sequence[Explained]) -> tuple[list[Near], list[Draft]]:
    told = [_ask(scene, wanted, each) for each in chosen]
    return [near for near, _ in told], [draft for _, draft in told if draft]


def _ask(scene: Scene, request: Request, near: Explained) -> tuple[Near, Draft | None]:
    rule = near.refusals[0].rule
    person = mail_store.person(scene.connection, near.offer)
    known = Near(near.offer, rule, person["requester_name"])
    if not can_be_written_to(person["requester_email"]) or mail_store.is_lost(scene.connection, near.offer):
        return replace(known, left_out=f"has no mail; call {person['phone'] or 'nobody: no number either'}"), None
    if mail_store.asked_since(scene.connection, near.offer, scene.now - REST):
        return replace(known, left_out="was asked something within a day"), None
    question = Question(
        *("near", "volunteer", near.offer, None, person["requester_email"]),
        *(f"near:{request.id}:{near.offer}:{rule}", scene.now + timedelta(days=ANSWER_DAYS)),
        details={"request": request.id, "rule": rule, "score": near.score},
    )
    number = mail_store.ask(scene.connection, question, scene.now)
    if number is None:
        return replace(known, left_out="was asked this before"), None
    record = _record(scene, request.id)
    return known, match_letters.near_draft(scene.letters, record, person, rule, number, scene.now)


def answered(scene: Scene, asked: Mapping[str, Any], answer: str) -> list[Draft]:
    """A yes becomes a proposal that says so, for a matchmaker to judge in the next digest; a no, nothing."""
    if answer == "yes":
        if asked["details"]["rule"] == "confirmed":
            records_store.alter(scene.connection, Intent.HELP_OFFER, asked["ticket"], {"confirmed_at": scene.now})
        _propose_agreed(scene, [asked])
    return []


def propose_agreed(scene: Scene) -> None:
    """Propose those who said yes when they were proposed elsewhere, now that they may be free."""
    waiting = mail_store.agreed(scene.connection, scene.now - REMEMBERED)
    if waiting:
        _propose_agreed(scene, waiting)


def _propose_agreed(scene: Scene, asked: Sequence[Mapping[str, Any]]) -> None:
    facts = records_store.facts(scene.connection, scene.now)
    requests = {each.id: each for each in facts.requests}
    offers = {each.id: each for each in facts.offers}
    for each in asked:
        request, volunteer = requests.get(each["details"]["request"]), offers.get(each["ticket"])
        if request is None or volunteer is None:
            continue
        rule = each["details"]["rule"]
        pair = explain_pair(request, volunteer, scene.letters.desk.policy.playbook, scene.now)
        if all(refusal.rule == rule for refusal in pair.refusals):  # else something new stands between them
            _propose(scene, request, volunteer, pair, rule)


def _propose(scene: Scene, request: Request, volunteer: Offer, pair: Explained, rule: str) -> None:
    record = _record(scene, request.id)
    until = due(scene, State.PROPOSED, {"urgent": request.urgent, "r_recurs": record["recurs"]})
    assert until is not None
    far = metres(request.spot, volunteer.spot) if request.spot and volunteer.spot else -1
    is_guess = not (request.spot and volunteer.spot and request.spot.exact and volunteer.spot.exact)
    terms = (*pair.terms, Term("asked", 0, rule))
    proposal = Proposal(request.id, volunteer.id, pair.score, terms, far, is_guess, request.urgent)
    mine = store.matches(scene.connection, MATCH.c.request == request.id, MATCH.c.state.in_(STANDING))
    stands_by = max(0, len(mine) - record["places"] + 1)
    store.add_proposal(scene.connection, proposal, until, scene.now, stands_by)


def _record(scene: Scene, request: int) -> Mapping[str, Any]:
    return records_store.stored(scene.connection, Intent.HELP_REQUEST, [request])[request]
