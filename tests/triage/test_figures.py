"""The figures on letters that training never sees: a regression fails here by a margin, not by luck."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.model import Kind, Letter, Screening
from mailbot.triage.corpus import LabelledLetter
from mailbot.triage.evaluate import figures
from mailbot.triage.folds import judge
from mailbot.triage.store import load_records, load_sentences
from mailbot.triage.text import fold

LINES = (Path(__file__).parent / "letters.tsv").read_text(encoding="utf-8").splitlines()[1:]
EMPTY = {"also": [], "categories": [], "topics": [], "place": None, "phone": None, "on_behalf": False}


def labelled(number: int, line: str) -> LabelledLetter:
    intent, urgent, language, mailbox, subject, body = line.split("\t")
    letter = Letter(mailbox=mailbox, subject=subject, text=body, new_text=body.replace(" / ", "\n"))
    gold = {"intent": intent, "urgent": urgent == "yes", "language": language, "kind": "human", **EMPTY}
    return LabelledLetter(f"t-{number}", letter, Screening(Kind.HUMAN, "a test"), {**gold, "audience": "individual"})


@pytest.fixture(scope="module")
def judged(rules):
    return judge([labelled(number, line) for number, line in enumerate(LINES)], rules)


def test_none_of_these_letters_was_learnt_from():
    """A figure on letters that were trained on would mean nothing."""
    taught = {fold(str(each["body"])).strip() for each in load_records()}
    taught |= {fold(each.text).strip() for each in load_sentences()}

    assert not {fold(line.split("\t")[5]).strip() for line in LINES} & taught


def test_the_intents_are_told_apart(judged):
    """Four intents, five languages; the margin below the measured figure is three letters."""
    assert figures(judged).macro_f1 >= 0.88


def test_every_urgent_letter_is_seen(judged):
    """Recall before precision, and still not every letter is an alarm."""
    found = figures(judged)

    assert found.urgent.recall == 1
    assert found.urgent.precision >= 0.5


def test_the_language_to_answer_in_is_right(judged):
    """An answer in the wrong language is no answer."""
    assert figures(judged).language >= 0.98


def test_what_is_answered_without_a_person_is_right(judged):
    """`automatic` is where safety is."""
    found = figures(judged)

    assert found.automatic_right >= 0.97
    assert found.automatic_share >= 0.3
