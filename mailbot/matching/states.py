"""What becomes of a match, as one table, and how long each state may last. Who may say what is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.matching.playbook import TimeLimits
from mailbot.model import Permanent


class State(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    ACTIVE = "active"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Need(StrEnum):
    """Where a help request stands; whether it is proposed to somebody now is told by its matches."""

    TO_CLARIFY = "to_clarify"
    OPEN = "open"
    NO_ANSWER = "no_answer"
    HELPED = "helped"
    PASSED_ON = "passed_on"
    WITHDRAWN = "withdrawn"


class Readiness(StrEnum):
    """Where a help offer stands; whether it is reserved or busy is told by its matches."""

    READY = "ready"
    TO_CONFIRM = "to_confirm"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can happen to a match: the matchmaker's words, the two sides' answers, the clock's silence."""

    YES = "ja"
    NO = "nee"
    OTHER = "ander"
    HAND_OVER = "door"
    CALLED = "gebeld"
    RUNNING = "loopt"
    DONE = "klaar"
    LATER = "later"
    STOP = "stop"
    CONSENTED = "consented"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    SILENCE = "silence"


_P, _A, _C, _R = State.PROPOSED, State.ACCEPTED, State.CONTACTED, State.ACTIVE
OPEN = (_P, _A)
RUNNING = (_C, _R)
STANDING = (*OPEN, *RUNNING)

STEPS: Mapping[Verb, Mapping[State, State]] = {
    Verb.YES: {_P: _A},
    Verb.NO: {_P: State.DECLINED, _A: State.DECLINED, _C: State.DECLINED},
    Verb.OTHER: {_P: State.DECLINED, _A: State.DECLINED},
    # the row changes hands, not state
    Verb.HAND_OVER: {each: each for each in STANDING},
    # contact data come after a yes only, so nobody can have called before it
    Verb.CALLED: {_A: _C},
    Verb.RUNNING: {_C: _R, _R: _R},
    Verb.DONE: {_C: State.DONE, _R: State.DONE},
    # more time, nothing else
    Verb.LATER: {each: each for each in STANDING},
    Verb.STOP: dict.fromkeys(STANDING, State.CANCELLED),
    Verb.CONSENTED: {_A: _C},
    Verb.REFUSED: {_P: State.DECLINED, _A: State.DECLINED, _C: State.DECLINED},
    # it did not work out: the request opens again, and this pair has been tried
    Verb.NOT_DONE: {_C: State.DECLINED, _R: State.DECLINED},
    Verb.SILENCE: {_P: State.EXPIRED},
}

ENGLISH: Mapping[str, Verb] = {
    "yes": Verb.YES,
    "no": Verb.NO,
    "other": Verb.OTHER,
    "hand-over": Verb.HAND_OVER,
    "called": Verb.CALLED,
    "running": Verb.RUNNING,
    "done": Verb.DONE,
    "later": Verb.LATER,
    "stop": Verb.STOP,
}
AfterDeskHours = Callable[[datetime, float], datetime]


def next_state(state: State, verb: Verb) -> State:
    """The state after a verb. Raises Permanent, naming what is possible, where the table has no step."""
    steps = STEPS[verb]
    if state not in steps:
        possible = ", ".join(sorted(each.value for each in Verb if state in STEPS[each] and each in ENGLISH.values()))
        raise Permanent(f"a match that is {state} cannot be given `{verb}`; possible: {possible or 'nothing more'}")
    return steps[state]


def deadline(
    state: State, *, urgent: bool, recurs: bool, now: datetime, limits: TimeLimits, after_desk_hours: AfterDeskHours
) -> datetime | None:
    """Until when a match may stay as it is; None where it has ended. Only the answer is awaited in desk hours."""
    match state:
        case State.PROPOSED:
            return after_desk_hours(now, limits.urgent_answer_hours if urgent else limits.answer_hours)
        case State.ACCEPTED:
            return now + timedelta(hours=limits.urgent_contact_hours if urgent else limits.contact_hours)
        case State.CONTACTED:
            return now + timedelta(hours=limits.start_hours if recurs else limits.follow_up_hours)
        case State.ACTIVE:
            return now + timedelta(hours=limits.weekly_hours if recurs else limits.follow_up_hours)
    return None
