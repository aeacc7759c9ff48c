"""The arithmetic of training: what is said without a part is what a model says that never saw it."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
from scipy import sparse

from mailbot.model import Kind, Letter, Screening
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.triage.corpus import LabelledLetter, LabelledSentence, set_aside
from mailbot.triage.ground import ALWAYS, fit, likeness
from mailbot.triage.heads import COLUMNS
from mailbot.triage.signals import read, signals
from mailbot.triage.store import load_roles, load_untrained, load_weights, save_weights
from mailbot.triage.table import tabulate
from mailbot.triage.train import apart, train

PARTS = numpy.array([0, 1, 2, 0, 1, 2, ALWAYS, 0, 1, 2, 0, 1, 2, ALWAYS] * 4)


@pytest.fixture(scope="module")
def examples():
    chance = numpy.random.default_rng(1)
    rows = sparse.csr_matrix(chance.random((len(PARTS), 30)).astype(numpy.float32))
    answers = numpy.where(chance.random((len(PARTS), 3)) > 0.5, 1, -1).astype(numpy.float32)
    importance = chance.random(len(PARTS)).astype(numpy.float32) + 0.1
    return rows, answers, importance


@pytest.mark.parametrize("part", [0, 1, 2])
def test_leaving_a_part_out_by_formula_is_leaving_it_out(examples, part):
    """Stacking is honest only if the shortcut equals a fit without the part."""
    rows, answers, importance = examples
    kept = part != PARTS

    by_formula = fit(likeness(rows), answers, importance, PARTS).without[part]
    by_fitting = fit(likeness(rows[kept]), answers[kept], importance[kept], PARTS[kept]).whole

    assert numpy.allclose(by_formula[kept], by_fitting, atol=1e-3)
    assert not by_formula[~kept].any()


SAID = {
    "ask_help": ("Kan iemand boodschappen doen voor mijn moeder?", "Wie wil mijn hond uitlaten?", "Ik zoek hulp."),
    "offer_help": ("Ik kan boodschappen doen.", "Ik wil graag de hond uitlaten.", "Ik bied mijn hulp aan."),
    "ask_info": ("Mag ik nog naar het park?", "Wanneer gaat de markt open?", "Is de bib gesloten?"),
    "thanks_praise": ("Bedankt voor alles!", "Hartelijk dank.", "Merci voor de hulp."),
    "press_survey_job": ("Ik zoek werk als kok.", "Wilt u een enquête invullen?", "Wij maken een reportage."),
}
INTENTS = {"ask_help": "help_request", "offer_help": "help_offer", "ask_info": "info"}
GOLD = {"also": [], "kind": "human", "language": "nl", "on_behalf": False, "place": None, "phone": None}


def letters() -> list[LabelledLetter]:
    """Sixty small letters, a few of each sort of label that training asks for."""
    found = []
    for number in range(60):
        act = list(SAID)[number % 5]
        words = f"Dag {number}, {SAID[act][number % 3]} Groeten {number % 7}"
        intent = INTENTS.get(act, "other")
        gold = GOLD | {
            "intent": intent,
            "kind": "spam" if number % 10 == 4 else "human",
            "urgent": number % 15 == 0,
            "audience": "organisation" if number % 4 else "individual",
            "on_behalf": number % 10 == 0,
            "also": ["info"] if number % 10 == 1 else [],
            "categories": [("groceries", "pets", "other")[number % 3]] if intent.startswith("help") else [],
            "topics": [("parks_sports", "shops_markets", "other")[number % 3]] if intent == "info" else [],
        }
        letter = Letter(mailbox="corona", text=words, new_text=words)
        found.append(LabelledLetter(f"t{number}", letter, Screening(Kind.HUMAN, "a test"), gold))
    return found


@pytest.fixture(scope="module")
def untrained():
    return load_untrained(load_policy(shipped("rules.yaml")).triage)


@pytest.fixture(scope="module")
def lesson(untrained):
    spoken = [LabelledSentence(act, "", "nl", each) for act, told in SAID.items() for each in told]
    return tabulate(letters(), spoken, load_roles(), untrained)


def test_the_same_lessons_give_the_same_weights(lesson, tmp_path):
    """A model can be made again from the corpus, to the octet, and be read back."""
    once, again = (save_weights(train(lesson, load_roles()), tmp_path / name) for name in ("one", "two"))

    assert once.read_bytes() == again.read_bytes()
    assert load_weights(tmp_path / "one").columns == ("norm", *COLUMNS)


def test_what_was_learnt_is_heard(lesson, untrained):
    """The quantised weights, added up word by word, hear what the lessons said."""
    taught = replace(untrained, weights=train(lesson, load_roles()))
    letter = Letter(mailbox="corona", new_text="Ik wil graag boodschappen doen.")

    shown = signals(read(letter, taught))

    assert shown["most:offer_help"] > shown["most:ask_help"]


def test_a_sentence_that_stands_in_a_letter_teaches_once():
    """Nothing is validated on itself."""
    known = LabelledSentence("ask_info", "", "nl", "Wanneer gaat de markt weer open voor iedereen?")
    letter = Letter(new_text="Dag. Wanneer gaat de markt weer open voor iedereen?")

    kept = apart([known], [LabelledLetter("x", letter, Screening(Kind.HUMAN, ""), {})])

    assert kept == []


def test_a_tenth_is_set_aside_by_name_alone():
    """Nobody chose which letters are kept from all looking."""
    aside = sum(set_aside(f"letter-{number}") for number in range(5000))

    assert 400 < aside < 600
