"""What follows from a word about a match: its state, its mails, its request; all in the caller's transaction.

The same for an answer by mail and for a command: whoever says it, the state table decides whether it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mailbot import match_digests, match_frame, match_mail
from mailbot.correspondence import Correspondence
from mailbot.matching import mail_store, records_store, store
from mailbot.matching.mail_store import Question
from mailbot.matching.states import RUNNING, STANDING, Need, State, Verb, deadline, next_state
from mailbot.model import Intent, Permanent, Status
from mailbot.outbox.store import Draft
from mailbot.storage.matching_tables import MATCH
from mailbot.tickets.hours import after_open_hours

Match = Mapping[str, Any]
ASK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Scene:
    """In which transaction, with which letters, when, by whom and by which way something happens."""

    connection: Connection
    letters: Correspondence
    now: datetime
    actor: str
    via: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: whether anything, the match's state afterwards, the mails owed for it."""

    happened: bool
    state: State
    drafts: tuple[Draft, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of a match."""

    verb: Verb
    reason: str = ""
    to: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


def act(scene: Scene, match: Match, word: Word) -> Done:
    """Carry out one word about a match, all of it or nothing.

    Raises Permanent where the state table has no such step.
    """
    with scene.connection.begin_nested():
        return _act(scene, match, word)


def _act(scene: Scene, match: Match, word: Word) -> Done:
    before = State(match["state"])
    after = next_state(before, word.verb)
    until = due(scene, after, match) if word.verb is not Verb.HAND_OVER else match["deadline"]
    columns = _columns(scene, match, word)
    step = store.Change(
        *(match["id"], match["request"], match["offer"], before, after, until),
        *(scene.actor, scene.via, word.verb.value, word.reason, columns),
    )
    if not store.change(scene.connection, step, scene.now):
        return Done(False, before)
    changed = {**match, **columns, "state": after, "deadline": until}
    follow = EFFECTS.get(word.verb)
    drafts = follow(scene, changed, before) if follow else []
    return Done(True, after, tuple(drafts), until)


def due(scene: Scene, state: State, match: Match) -> datetime | None:
    """Until when a match may stay in a state, by the playbook and the town's calendar."""
    policy = scene.letters.desk.policy
    return deadline(
        state,
        urgent=match["urgent"],
        recurs=match["r_recurs"],
        now=scene.now,
        limits=policy.playbook.time_limits,
        after_desk_hours=lambda start, count: after_open_hours(policy.hours, start, count),
    )


def _columns(scene: Scene, match: Match, word: Word) -> dict[str, Any]:
    columns = dict(word.columns)
    if word.verb is Verb.HAND_OVER:
        columns["owner"] = word.to
    if word.verb in (Verb.CALLED, Verb.CONSENTED):
        columns["code_word"] = match_frame.match_code(scene.letters, match["id"])
    if word.verb is Verb.LATER:
        columns["reminded_at"] = None
    return columns


def _accepted(scene: Scene, match: Match, _before: State) -> list[Draft]:
    """The contact sheet to the matchmaker, the question to each side that has an address, the stand-bys freed."""
    asked = [side for side in match_mail.SIDES if _is_reachable(scene, match, side)]
    drafts = [draft for side in asked if (draft := _ask(scene, match, side, "consent", f"consent_{side}"))]
    names = [match[f"{match_mail.SIDES[side]}_who_name"] for side in asked]
    sheet = match_digests.make_contact_sheet(scene.connection, scene.letters, match, names, scene.now)
    records_store.alter(
        scene.connection, Intent.HELP_REQUEST, match["request"], {"matchmaker": match["owner"] or match["r_matchmaker"]}
    )
    return [*drafts, *([sheet] if sheet else []), *_free_stand_bys(scene, match)]


def _is_reachable(scene: Scene, match: Match, side: str) -> bool:
    from mailbot.tickets.store import unreachable

    address = match[f"{match_mail.SIDES[side]}_who_email"]
    return match_frame.can_be_written_to(address) and not unreachable(scene.connection, [address])


def _ask(scene: Scene, match: Match, side: str, about: str, name: str, again: str = "") -> Draft | None:
    """Ask one side one question, once (for each `again`)."""
    prefix = match_mail.SIDES[side]
    question = Question(
        about,
        side,
        match["request" if side == "requester" else "offer"],
        match["id"],
        match[f"{prefix}_who_email"],
        f"{about}:{side}:{match['id']}:{again}",
        scene.now + timedelta(days=ASK_DAYS),
    )
    number = mail_store.ask(scene.connection, question, scene.now)
    return match_mail.question_draft(scene.letters, name, side, match, number, scene.now) if number else None


def ask_follow_up(scene: Scene, match: Match) -> list[Draft]:
    """Ask each side that has an address whether it worked out; once for each deadline."""
    again = match["deadline"].isoformat() if match["deadline"] else ""
    sides = [side for side in match_mail.SIDES if _is_reachable(scene, match, side)]
    return [draft for side in sides if (draft := _ask(scene, match, side, "follow_up", "follow_up", again))]


def _free_stand_bys(scene: Scene, match: Match) -> list[Draft]:
    """Those who stood by are free again once every place of the request is spoken for."""
    mine = _of_request(scene, match["request"])
    taken = sum(each["state"] in (State.ACCEPTED, *RUNNING, State.DONE) for each in mine)
    if taken < match["r_places"]:
        return []
    for each in mine:
        if each["state"] == State.PROPOSED and each["id"] != match["id"]:
            _cancel(scene, each, "every place is taken")
    return []


def _cancel(scene: Scene, match: Match, reason: str) -> None:
    step = store.Change(
        *(match["id"], match["request"], match["offer"], State(match["state"]), State.CANCELLED, None),
        *("mailbot", "rule", Verb.STOP.value, reason),
    )
    store.change(scene.connection, step, scene.now)


def _of_request(scene: Scene, request: int) -> list[dict[str, Any]]:
    return store.matches(scene.connection, MATCH.c.request == request)


def _called(scene: Scene, match: Match, before: State) -> list[Draft]:
    """The matchmaker's word is both sides' consent; written down before anything is passed on."""
    for side in match_mail.SIDES:
        store.record_consent(scene.connection, match["id"], side, scene.actor, scene.via, scene.now)
    return _introduced(scene, match, before)


def _introduced(scene: Scene, match: Match, _before: State) -> list[Draft]:
    agreed = store.consents(scene.connection, match["id"])
    if not match_mail.SIDES.keys() <= agreed.keys():
        raise Permanent(f"M-{match['id']}: not both sides have agreed; nothing is passed on")
    return [
        match_mail.note_draft(scene.letters, f"introduction_{side}", side, match, scene.now)
        for side in match_mail.SIDES
        if _is_reachable(scene, match, side)
    ]


def _over(scene: Scene, match: Match, *, tells_volunteer: bool) -> list[Draft]:
    """The next best comes forward; a volunteer who was asked hears that it is not needed."""
    _promote(scene, match["request"])
    was_asked = mail_store.is_asked(scene.connection, match["id"], "volunteer", "consent")
    if not (tells_volunteer and was_asked and _is_reachable(scene, match, "volunteer")):
        return []
    return [match_mail.note_draft(scene.letters, "not_needed", "volunteer", match, scene.now)]


def _promote(scene: Scene, request: int) -> None:
    waiting = [each for each in _of_request(scene, request) if each["state"] == State.PROPOSED]
    if waiting and all(each["rank"] > 0 for each in waiting):
        first = min(waiting, key=lambda each: (each["rank"], each["id"]))
        until = due(scene, State.PROPOSED, first)
        store.note(scene.connection, first["id"], {"rank": 0, "owner": "", "deadline": until})


def _declined(scene: Scene, match: Match, _before: State) -> list[Draft]:
    return _over(scene, match, tells_volunteer=scene.actor != match["o_who_email"])


def _not_done(scene: Scene, match: Match, _before: State) -> list[Draft]:
    """It did not work out: the request is open again with the priority it had."""
    _reopen(scene, match["request"])
    return _over(scene, match, tells_volunteer=False)


def _stopped(scene: Scene, match: Match, _before: State) -> list[Draft]:
    """Somebody stopped it: a person looks at the request before anybody else is asked."""
    records_store.alter(
        scene.connection, Intent.HELP_REQUEST, match["request"], {"state": Need.TO_CLARIFY, "updated_at": scene.now}
    )
    store.set_status(scene.connection, match["request"], Status.OPEN, scene.now)
    return _over(scene, match, tells_volunteer=True)


def _reopen(scene: Scene, request: int) -> None:
    records_store.alter(scene.connection, Intent.HELP_REQUEST, request, {"state": Need.OPEN, "updated_at": scene.now})
    store.set_status(scene.connection, request, Status.OPEN, scene.now)


def _done(scene: Scene, match: Match, _before: State) -> list[Draft]:
    """Thanks to the volunteer; the request is helped when every place is."""
    done = sum(each["state"] == State.DONE for each in _of_request(scene, match["request"]))
    if done >= match["r_places"]:
        records_store.alter(
            scene.connection, Intent.HELP_REQUEST, match["request"], {"state": Need.HELPED, "updated_at": scene.now}
        )
        store.set_status(scene.connection, match["request"], Status.RESOLVED, scene.now)
    if not _is_reachable(scene, match, "volunteer"):
        return []
    return [match_mail.note_draft(scene.letters, "thanks", "volunteer", match, scene.now)]


def _handed_over(scene: Scene, match: Match, _before: State) -> list[Draft]:
    """The row goes to its new owner in a digest of its own."""
    occasion = f"handed:{match['id']}:{scene.now.isoformat()}"
    draft = match_digests.make(scene.connection, scene.letters, match["owner"], [match], occasion, scene.now)
    return [draft] if draft else []


EFFECTS: Mapping[Verb, Callable[[Scene, Match, State], list[Draft]]] = {
    Verb.YES: _accepted,
    Verb.NO: _declined,
    Verb.OTHER: _declined,
    Verb.REFUSED: _declined,
    Verb.NOT_DONE: _not_done,
    Verb.STOP: _stopped,
    Verb.CALLED: _called,
    Verb.CONSENTED: _introduced,
    Verb.DONE: _done,
    Verb.HAND_OVER: _handed_over,
}


def withdrawn(scene: Scene, offer: int) -> list[Draft]:
    """A volunteer stops: open proposals with them end, and what runs comes before a person's eyes."""
    drafts: list[Draft] = []
    for match in store.matches(scene.connection, MATCH.c.offer == offer, MATCH.c.state.in_(STANDING)):
        verb = Verb.NOT_DONE if match["state"] in RUNNING else Verb.REFUSED
        drafts += act(scene, match, Word(verb, "the volunteer stopped")).drafts
    return drafts
