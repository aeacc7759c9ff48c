"""The table of a match's states, and how long each may last."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.matching.playbook import TimeLimits
from mailbot.matching.states import STEPS, State, Verb, deadline, next_state
from mailbot.model import Permanent
from mailbot.tickets.hours import Hours, after_open_hours

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
P, A, C, R = State.PROPOSED, State.ACCEPTED, State.CONTACTED, State.ACTIVE
ALLOWED = {
    (P, Verb.YES): A,
    (P, Verb.NO): State.DECLINED,
    (A, Verb.NO): State.DECLINED,
    (C, Verb.NO): State.DECLINED,
    (P, Verb.OTHER): State.DECLINED,
    (A, Verb.OTHER): State.DECLINED,
    **{(each, Verb.HAND_OVER): each for each in (P, A, C, R)},
    **{(each, Verb.LATER): each for each in (P, A, C, R)},
    **{(each, Verb.STOP): State.CANCELLED for each in (P, A, C, R)},
    (A, Verb.CALLED): C,
    (C, Verb.RUNNING): R,
    (R, Verb.RUNNING): R,
    (C, Verb.DONE): State.DONE,
    (R, Verb.DONE): State.DONE,
    (A, Verb.CONSENTED): C,
    (P, Verb.REFUSED): State.DECLINED,
    (A, Verb.REFUSED): State.DECLINED,
    (C, Verb.REFUSED): State.DECLINED,
    (C, Verb.NOT_DONE): State.DECLINED,
    (R, Verb.NOT_DONE): State.DECLINED,
    (P, Verb.SILENCE): State.EXPIRED,
}


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_every_state_meets_every_verb(state, verb):
    """What is not in the table is refused, and the refusal names what is possible."""
    expected = ALLOWED.get((state, verb))
    if expected is None:
        with pytest.raises(Permanent, match="possible:"):
            next_state(state, verb)
    else:
        assert next_state(state, verb) is expected


def test_what_is_over_stays_over():
    """No verb leads out of a state that has ended."""
    ended = {State.DONE, State.DECLINED, State.EXPIRED, State.CANCELLED}

    assert not [verb for verb, steps in STEPS.items() if ended & steps.keys()]


@pytest.mark.parametrize(
    ("state", "urgent", "recurs", "hours"),
    [
        (P, False, False, 24),  # ten desk hours are left today, two come tomorrow from eight
        (P, True, False, 4),
        (A, False, False, 24),
        (A, True, False, 4),
        (C, False, False, 48),
        (C, False, True, 72),
        (R, False, True, 168),
        (R, False, False, 48),
    ],
)
def test_each_state_has_its_time(state, urgent, recurs, hours):
    """As the playbook says: 12 desk hours for an answer, 4 when urgent, then plain hours."""
    until = deadline(
        state,
        urgent=urgent,
        recurs=recurs,
        now=NOW,
        limits=TimeLimits(),
        after_desk_hours=lambda start, count: after_open_hours(Hours(), start, count),
    )

    assert until == NOW + timedelta(hours=hours)


@pytest.mark.parametrize("state", [State.DONE, State.DECLINED, State.EXPIRED, State.CANCELLED])
def test_what_is_over_has_no_timer(state):
    """Nothing is awaited any more."""
    assert (
        deadline(
            state, urgent=False, recurs=False, now=NOW, limits=TimeLimits(), after_desk_hours=lambda start, _: start
        )
        is None
    )
