"""One word from a citizen or volunteer: taken where it is clear, left to a person where it is not."""

import pytest

from mailbot.matching.answers import one_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("JA", "yes"),
        ("ja!", "yes"),
        ("Ja, graag gedaan!\n\nLien", "yes"),
        ("Beste,\n\nja\n\nMet vriendelijke groeten\nLien Wouters", "yes"),
        ("Oui, avec plaisir", "yes"),
        ("Yes\n-- \nTom, 0470 00 00 33", "yes"),
        ("Nee, sorry", "no"),
        ("NON", "no"),
        ("Nein\n\nViele Grüße", "no"),
        ("Nog niet", "not_yet"),
        ("pas encore", "not_yet"),
        ("PAUZE", "pause"),
        ("stop.", "stop"),
        ("Ja\n\nVerstuurd vanaf mijn iPhone", "yes"),
    ],
)
def test_a_clear_word_is_taken(text, word):
    """With a greeting, thanks and a name around it."""
    assert one_word(text, "Re: [LH#7] Is het gelukt?") == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ja, maar alleen op maandag",
        "Ja als het voor 12 uur kan",
        "Ja of nee, dat weet ik niet",
        "Ja?",
        "Ja\nNee",
        "Ja\n\nMaar niet op zondag.",
        "Ja\n\nKan iemand mij bellen over de medicijnen?",
        "Misschien",
        "Neen ik bedoel ja",
        "ja hij is gevallen en ligt op de grond",
        "Stop met mij te mailen over corona maar help mijn moeder",
    ],
)
def test_anything_else_is_for_a_person(text):
    """A condition, a doubt, two words, a question, or a plea behind the word."""
    assert one_word(text, "Re: [LH#7] Is het gelukt?") is None


def test_a_one_tap_answer_has_its_word_in_the_subject():
    """The link opens a mail without a text; a telephone adds its own line."""
    assert one_word("", "NOG NIET") == "not_yet"
    assert one_word("Verstuurd vanaf mijn iPhone", "JA") == "yes"
