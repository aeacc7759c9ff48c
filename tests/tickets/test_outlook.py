"""What is promised to a letter that comes in now: the calendar and the backlog decide."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.tickets.hours import Hours
from mailbot.tickets.outlook import Pace, outlook
from mailbot.wording import spoken_by

MONDAY = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)  # ten in Leuven
HOURS, PACE = Hours(), Pace(letters_per_hour=40, surge_hours=12)


@pytest.mark.parametrize(
    ("waiting", "now", "said"),
    [
        (0, MONDAY, "vandaag nog"),
        (200, MONDAY, "vandaag nog"),  # seven and a half hours of work, ten hours left
        (300, MONDAY, "ten laatste morgen"),
        (1000, MONDAY, "ten laatste op donderdag 19 maart"),
        (0, datetime(2020, 3, 16, 21, 0, tzinfo=UTC), "ten laatste morgen"),  # at ten in the evening
        (0, datetime(2020, 3, 28, 21, 0, tzinfo=UTC), "ten laatste morgen"),  # the night the clock goes forward
    ],
)
def test_what_waits_decides_what_is_promised(waiting, now, said):
    """Opening hours only, and half as much again as it should take."""
    assert spoken_by(outlook(PACE, HOURS, waiting, now).by, now, "nl") == said


def test_more_waiting_never_promises_sooner():
    """The promise grows with the backlog."""
    promised = [outlook(PACE, HOURS, waiting, MONDAY).by for waiting in range(0, 3000, 50)]

    assert promised == sorted(promised)


def test_a_surge_is_said_and_ends_by_itself():
    """No switch to forget."""
    assert [outlook(PACE, HOURS, waiting, MONDAY).is_surge for waiting in (10, 400, 10)] == [False, True, False]


def test_a_day_on_which_the_desk_is_closed_is_not_counted():
    """Nobody answers on Easter Monday."""
    hours = Hours(closed_on=("2020-03-17",))

    assert spoken_by(outlook(PACE, hours, 300, MONDAY).by, MONDAY, "nl") == "ten laatste op woensdag 18 maart"


def test_a_desk_without_hours_promises_no_day():
    """Better no date than a wrong one."""
    found = outlook(PACE, Hours(open={}), 0, MONDAY)

    assert spoken_by(found.by, MONDAY, "en") == "as soon as we can"


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "le jeudi 19 mars au plus tard"), ("en", "by Thursday 19 March"), ("de", "spätestens am Donnerstag, 19. März")],
)
def test_a_promise_is_said_in_the_readers_language(language, said):
    """As one writes it in a letter."""
    assert spoken_by(outlook(PACE, HOURS, 1000, MONDAY).by, MONDAY, language) == said
