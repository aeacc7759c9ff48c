"""Unanswered questions grouped by what they ask."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from mailbot.answers.clusters import Question, clusters, is_new, rising
from mailbot.answers.vocabulary import read_synonyms

DAY = datetime(2020, 3, 25, 9, 0, tzinfo=UTC)
SYNONYMS = read_synonyms(["park\trecyclagepark, containerpark\tparc à conteneurs\trecycling park"])
PARK = (
    "Is het recyclagepark open?", "Wanneer gaat het containerpark open?", "recyclagepark nog dicht of open?",
    "Mag ik naar het containerpark met snoeihout", "Zijn de recyclageparken terug open?",
)  # fmt: skip
OTHER = (
    "Met hoeveel mogen we naar een begrafenis?", "Wie mag mee naar de begrafenis van opa?", "begrafenis, hoeveel volk",
    "Krijgt mijn kapsalon de hinderpremie?", "Waar koop ik stof om te naaien?",
)  # fmt: skip


def asked(*texts, language="nl", start=1, days=0):
    return [Question(start + n, DAY - timedelta(days=days, minutes=-n), language, text) for n, text in enumerate(texts)]


def found(questions, **more):
    return clusters(questions, SYNONYMS, DAY.date(), **more)


def test_questions_that_ask_the_same_are_one_group():
    """The largest first, each with all its tickets."""
    groups = found(asked(*PARK) + asked(*OTHER, start=20))

    assert [[each.ticket for each in group.questions] for group in groups] == [[1, 2, 3, 4, 5], [20, 21, 22]]


def test_a_group_is_named_by_its_own_words():
    """As the writers write them."""
    groups = found(asked(*PARK) + asked(*OTHER, start=20))

    assert "recyclagepark" in groups[0].name
    assert groups[1].name.startswith("begrafenis")


def test_one_question_in_two_languages_is_one_group():
    """By what the words mean."""
    group = found(asked(*PARK) + asked("Le parc à conteneurs est-il ouvert ?", "parc à conteneurs fermé ?",
                                       language="fr", start=50))[0]  # fmt: skip

    assert dict(group.languages) == {"nl": 5, "fr": 2}


def test_a_group_keeps_its_number_while_letters_come_in():
    """The operator read it a minute ago."""
    before = found(asked(*PARK))[0].number
    after = found(asked(*PARK) + asked("En het containerpark, is dat open?", start=99))[0]

    assert (before, after.number, len(after.questions)) == (1, 1, 6)


def test_the_trend_counts_by_day():
    """And says what is rising and what is new."""
    old = asked(PARK[0], days=5)
    group = found(old + asked(*PARK[1:], start=10))[0]

    assert group.trend == (0, 1, 0, 0, 0, 0, 4)
    assert rising([group]) == [group]
    assert not is_new(group, DAY.date())
    assert is_new(found(asked(*PARK))[0], date(2020, 3, 25))


def test_a_question_alone_is_no_group():
    """Nothing to answer for many."""
    assert found(asked("Waar koop ik stof om te naaien?")) == []


def test_words_that_everybody_uses_join_nothing():
    """Thirty letters that share nothing but a greeting are thirty questions."""
    texts = [f"Beste stad, wat met onderwerp{n}x{n * 7}y en zaak{n * 13}z?" for n in range(30)]

    assert found(asked(*texts), least=3) == []
