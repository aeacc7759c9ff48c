"""What the library changes in what is owed to a letter: pure, with the shipped rules and the sample library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot import desk as desk_of
from mailbot.answering import make_answering, quoted
from mailbot.answers.store import load_index, load_weights
from mailbot.explaining import make_reading_desk
from mailbot.model import Append, Status, Threads, TicketFact

NOW = datetime(2020, 3, 25, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk():
    made = make_reading_desk(None)
    index = load_index(Path(__file__).parent / "library")
    return replace(made, answering=make_answering(index, load_weights(), made.policy.answers))


def judged(desk, words, threads=None, extra=""):
    head = f"From: maria@home.example\r\nTo: corona@leuven.example\r\nSubject: vraag\r\n{extra}\r\n"
    reading = desk_of.read(f"{head}{words}\r\n".encode(), "corona", desk)
    return desk_of.judge(reading, desk, threads or Threads(), NOW)


def test_thanks_with_a_doubt_in_it_is_a_doubt(desk):
    """Polite people thank for an answer that did not help."""
    ticket = TicketFact(7, Status.PENDING, frozenset({"maria@home.example"}))
    threads = Threads(tickets={7: ticket}, by_message_id={"<ours@x.example>": 7})
    thanks, doubt = (
        judged(desk, words, threads, "In-Reply-To: <ours@x.example>\r\n")
        for words in ("Dank u wel!", "Dank u wel! Dat was niet mijn vraag.")
    )

    assert [each.status for each in thanks.actions if isinstance(each, Append)] == [None]
    assert [each.status for each in doubt.actions if isinstance(each, Append)] == [Status.OPEN]
    assert desk_of.doubted(doubt) == 7
    assert desk_of.doubted(thanks) is None


@pytest.mark.parametrize(
    "words",
    [
        "Ce n'était pas ma question.", "Cela ne répond pas à ma question", "That was not my question.",
        "This doesn't answer my question", "Das war nicht meine Frage", "dat is geen antwoord op mijn vraag",
        "hier ben ik niets mee", "Dat is niet wat ik vroeg!",
    ],
)  # fmt: skip
def test_a_doubt_is_heard_in_every_language(desk, words):
    """As people say it."""
    ticket = TicketFact(7, Status.PENDING, frozenset({"maria@home.example"}))
    threads = Threads(tickets={7: ticket}, by_message_id={"<ours@x.example>": 7})

    assert desk_of.doubted(judged(desk, words, threads, "In-Reply-To: <ours@x.example>\r\n")) == 7


def test_a_machine_gets_no_answer_of_the_library(desk):
    """A vacation notice that quotes a question is no question."""
    found = judged(desk, "Is het recyclagepark open?", extra="Auto-Submitted: auto-replied\r\n")

    assert desk_of.acknowledgement(found) is None


def test_an_answer_that_was_doubted_often_is_only_proposed(desk):
    """What is left of its standing decides."""
    sure = judged(desk, "Is het recyclagepark open?")
    doubted = judged(desk, "Is het recyclagepark open?", Threads(standing={"recyclagepark-dicht": 0.5}))

    assert [each.value for each in desk_of.acknowledgement(sure).answers] == ["recyclagepark-dicht"]
    assert desk_of.acknowledgement(doubted).answers == ()
    assert doubted.advice[0].value == "recyclagepark-dicht"


@pytest.mark.parametrize(
    "hostile",
    ["kijk op https://evil.example/x", "www.evil.example", "evil.example", "mail naar ik@evil.example", "**klik** hier",
     "evil。example", "evil.\u200bexample", "http:\\\\evil", "bel 0900 evil".replace("evil", "12 34 56"), "+32 (0)900/12.34.56"],
)
def test_a_quoted_question_carries_nothing_that_can_be_clicked(hostile):
    """Our name stands under it."""
    said = quoted(f"Is het park open? {hostile}\nen nog een lijn")

    assert "evil" not in said
    assert "34" not in said
    assert "**" not in said
    assert "\n" not in said


def test_a_quoted_question_plays_no_trick_on_its_reader():
    """Neither on a terminal nor on a page: no control, no change of direction. Dates and hours stay."""
    assert quoted("Is het\x1b[2J park \u202eopen\x00 op 23/03/2020 om 14.30 uur?") == (
        "Is het[2J park open op 23/03/2020 om 14.30 uur?"
    )


def test_a_long_question_is_quoted_in_part():
    """A mail is no echo."""
    assert len(quoted("woord " * 200)) < 210
    assert len(quoted("(" * 1_000_000)) < 210
