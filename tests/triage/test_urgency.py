"""Urgency is about harm today or tomorrow, never about capitals, and always shows the sentence that made it so."""

from __future__ import annotations

import pytest

URGENT = [
    "Mijn moeder is gevallen en kan niet meer opstaan, ze is alleen thuis.",
    "Ik heb geen insuline meer voor vanavond.",
    "Wij hebben sinds gisteren niets gegeten en de frigo is leeg.",
    "Ik wil er een einde aan maken, ik kan niet meer.",
    "My medication has run out and I cannot leave the house, I feel very ill.",
    "Il n'y a plus rien à manger et je suis seule avec le bébé.",
]
PATIENT = [
    "DRINGEND!!! Wanneer gaat het containerpark open???",
    "Kan er volgende week iemand mijn gras afrijden? Er is geen haast bij.",
    "URGENT: please send me the invoice before noon.",
    "Ik kan boodschappen doen voor ouderen, ook vandaag nog.",
]


@pytest.mark.parametrize("words", URGENT)
def test_harm_that_is_near_is_urgent_and_says_by_which_sentence(understood, words):
    """A person reads why the desk was alarmed."""
    verdict = understood(words, mailbox="leuven_helpt")

    assert verdict.urgent
    assert next(each for each in verdict.reasons if each.about == "urgent").sentence in words


@pytest.mark.parametrize("words", PATIENT)
def test_capitals_do_not_make_a_letter_urgent(understood, words):
    """Who shouts is not therefore in danger."""
    assert not understood(words).urgent


def test_a_rule_that_was_outvoted_is_no_reason(understood):
    """ "Vandaag nog" beside an offer alarms nobody, and is not told as if it had."""
    verdict = understood("Ik kan vandaag nog boodschappen doen voor oudere mensen in Leuven.", mailbox="leuven_helpt")

    assert not verdict.urgent
    assert {each.value for each in verdict.reasons if each.about == "intent"} == {"help_offer"}
    assert not [each for each in verdict.reasons if each.about == "urgent"]


def test_a_clue_for_the_opposite_is_no_reason(understood):
    """Whoever reads why must not read "his own need" beside "for somebody else"."""
    words = "Mijn man heeft suikerziekte en zijn insuline is op. Kan er vanmorgen iemand om zijn medicatie gaan?"

    reasons = understood(words, mailbox="leuven_helpt").reasons

    assert not [each for each in reasons if each.about == "on_behalf" and "own need" in each.because]
