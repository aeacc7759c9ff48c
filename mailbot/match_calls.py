"""Requesters who do not pick up the telephone: called again, and after so many tries left to a person. One transaction.

A request that rests so is proposed to nobody meanwhile; a letter of its writer, or the hour, brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.match_effects import Scene
from mailbot.matching import calls_store, records_store, store
from mailbot.matching.growth import first_need
from mailbot.matching.states import OPEN, Need
from mailbot.model import Intent, Permanent, Status
from mailbot.outbox.store import Draft
from mailbot.storage.matching_tables import MATCH
from mailbot.tickets.hours import after_open_hours

ENDED = (Need.HELPED, Need.PASSED_ON, Need.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Tried:
    """The how manieth try in vain it was, when to call again (None: a person decides), and the mails owed for it."""

    tries: int
    again: datetime | None
    drafts: tuple[Draft, ...] = ()


def no_answer(scene: Scene, request: int) -> Tried:
    """Note that nobody picked up. Raises Permanent where there is no such request, or it needs no call any more."""
    row = records_store.stored(scene.connection, Intent.HELP_REQUEST, [request]).get(request)
    if row is None:
        raise Permanent(f"there is no request H-{request}; `mailbot match list` shows the matches")
    if row["state"] in ENDED:
        raise Permanent(f"H-{request} is {row['state'].replace('_', ' ')}; `mailbot show {request}` tells more")
    limits = scene.letters.desk.policy.playbook.time_limits
    tries = calls_store.tries(scene.connection, request) + 1
    records_store.tell(scene.connection, request, scene.actor, "no answer", scene.now, tries=str(tries))
    if tries >= limits.call_tries:
        return Tried(tries, None, tuple(_to_a_person(scene, request, tries)))
    again = after_open_hours(scene.letters.desk.policy.hours, scene.now, limits.call_back_hours)
    _set(scene, request, Need.NO_ANSWER)
    calls_store.rest(scene.connection, request, again, scene.now)
    for match in store.matches(scene.connection, MATCH.c.request == request, MATCH.c.state.in_(OPEN)):
        if match["deadline"] and match["deadline"] < again:
            store.note(scene.connection, match["id"], {"deadline": again})
    return Tried(tries, again)


def _to_a_person(scene: Scene, request: int, tries: int) -> list[Draft]:
    """Nobody calls a fourth time by rule: the ticket is open before a person, and the coordinator hears of it."""
    _set(scene, request, Need.TO_CLARIFY)
    calls_store.rest(scene.connection, request, None, scene.now)
    store.set_status(scene.connection, request, Status.OPEN, scene.now)
    title, step = scene.letters.say("no_answer", request=request, tries=tries), f"mailbot show {request}"
    about = f"no-answer:{request}:{scene.now.isoformat()}"
    return scene.letters.alert("coordinator", title, [], step, scene.now, request, about)


def call_again(scene: Scene) -> None:
    """Requests whose hour to be called again has come, or whose writer wrote, are what they were."""
    for row in calls_store.rested(scene.connection, scene.now):
        _set(scene, row["ticket"], first_need(row, scene.letters.desk.policy.playbook))
        records_store.tell(scene.connection, row["ticket"], "mailbot", "call again", scene.now)


def _set(scene: Scene, request: int, state: Need) -> None:
    records_store.alter(scene.connection, Intent.HELP_REQUEST, request, {"state": state, "updated_at": scene.now})
