"""Telephone, place and language: what is found among bait, and in whose language the desk answers."""

from __future__ import annotations

import pytest

ASK = "Kan iemand boodschappen doen voor mij? "


@pytest.mark.parametrize(
    ("words", "phone"),
    [
        ("Bel mij op 0470/00.00.12 aub.", "+32470000012"),
        ("Mijn nummer: 016 00 00 34", "+3216000034"),
        ("Tel. +32 470 00 00 56, fax 016 00 00 57", "+32470000056"),
        ("U kan mij bereiken op 0470000078. Ik belde u al op 016 27 27 72.", "+32470000078"),
        ("Rekening BE68 5390 0754 7034, klantnummer 0470001.", None),
        ("Mijn moeder heeft geen gsm.", None),
    ],
)
def test_the_number_to_call_is_found_among_bait(understood, words, phone):
    """Fax, the desk's own number and account numbers are no number to call."""
    assert understood(ASK + words, mailbox="leuven_helpt").phone == phone


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Ik woon in Kessel-Lo.", "Kessel-Lo"),
        ("Mijn adres is Dorpsstraat 3, 3001.", "Heverlee"),
        ("Ma mère habite à Louvain.", "Leuven"),
        ("Zij woont in Wijgmaal, ik in Gent.", "Wijgmaal"),
        ("Aan de overkant van de straat.", None),
    ],
)
def test_the_place_is_where_the_help_is_needed(understood, words, place):
    """By name in any language, or by postcode."""
    assert understood(ASK + words, mailbox="leuven_helpt").place == place


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Wanneer gaat het containerpark terug open?", "nl"),
        ("kunde gij is bij ons ma passeren me die commissies", "nl"),
        ("Quand rouvre le parc à conteneurs ?", "fr"),
        ("When does the recycling centre open again?", "en"),
        ("Wann macht der Recyclinghof wieder auf?", "de"),
        ("Annem için ekmek ve süt alabilecek biri var mı?", "tr"),
        ("هل يمكن لأحد أن يساعدني في التسوق؟", "ar"),
        ("Dag, ik schrijf met vertaalprogramma. Please answer in English.", "en"),
        ("Is de markt morgen open? Antwoord liefst in het FRANSIZCA, alstublieft.", "fr"),
    ],
)
def test_the_language_to_answer_in_is_the_writers(understood, words, language):
    """An explicit wish beats the language written."""
    assert understood(words).language == language


def test_one_odd_word_makes_no_foreigner(understood):
    """A bare "test" is answered in the desk's own language, and not surely."""
    verdict = understood("test", subject="test")

    assert (verdict.language, verdict.language_sure) == ("nl", False)
