"""The same words in different acts: who does what for whom decides."""

from __future__ import annotations

import pytest

from mailbot.intake.parse import parse
from mailbot.model import Forward, Intent
from mailbot.triage.classify import classify

PAIRS = [
    ("Ik zoek vrijwilligers voor ons rusthuis.", Intent.HELP_REQUEST, "Ik zoek vrijwilligerswerk.", Intent.HELP_OFFER),
    (
        "Kan iemand boodschappen doen voor mijn moeder?",
        Intent.HELP_REQUEST,
        "Ik kan boodschappen doen voor iemands moeder.",
        Intent.HELP_OFFER,
    ),
    (
        "Mag ik boodschappen doen voor mijn buurvrouw of is dat verboden?",
        Intent.INFO,
        "Ik wil graag boodschappen doen voor mijn buurvrouw en voor andere mensen.",
        Intent.HELP_OFFER,
    ),
    (
        "Wij hebben mondmaskers nodig, wie kan er voor ons naaien?",
        Intent.HELP_REQUEST,
        "Wij hebben mondmaskers over, wie kan ze gebruiken?",
        Intent.HELP_OFFER,
    ),
    (
        "Could someone walk my dog this week?",
        Intent.HELP_REQUEST,
        "I could walk someone's dog this week.",
        Intent.HELP_OFFER,
    ),
    (
        "Qui peut faire les courses pour ma mère ?",
        Intent.HELP_REQUEST,
        "Je peux faire les courses pour votre mère.",
        Intent.HELP_OFFER,
    ),
    (
        "Waar kan ik een mondmasker kopen?",
        Intent.INFO,
        "Ik heb veertig mondmaskers genaaid voor het rusthuis, waar mag ik ze afgeven?",
        Intent.HELP_OFFER,
    ),
    (
        "Ik heb niemand meer nodig, mijn zoon doet de boodschappen. Bedankt!",
        Intent.OTHER,
        "Ik heb iemand nodig die de boodschappen doet, mijn zoon is ziek.",
        Intent.HELP_REQUEST,
    ),
]


@pytest.mark.parametrize(("one", "first", "other", "second"), PAIRS)
def test_the_same_words_in_another_act_mean_something_else(understood, one, first, other, second):
    """Bag-of-words would take both for the same."""
    assert (understood(one).intent, understood(other).intent) == (first, second)


def test_a_need_inside_a_forward_is_the_senders(understood):
    """Who forwards a plea without a word makes it his own."""
    forward = Forward(None, "hulp", "Kan iemand mijn boodschappen doen? Ik ben 84 en mag niet buiten. Rosa, Kessel-Lo")

    verdict = understood("Van een cliënt gekregen.", subject="FW: hulp", mailbox="leuven_helpt", forward=forward)

    assert verdict.intent is Intent.HELP_REQUEST
    assert verdict.on_behalf


def test_what_is_only_quoted_is_not_asked_again(rules):
    """The desk's own words below an answer are not the writer's."""
    octets = (
        b"From: Maria <maria@home.example>\r\nTo: corona@leuven.example\r\nSubject: Re: uw vraag\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nDank u wel, het is allemaal in orde gekomen!\r\n\r\n"
        b"Op 3 april schreef Leuven Helpt:\r\n> Kan iemand boodschappen doen voor u? Wij zoeken een vrijwilliger.\r\n"
    )

    assert classify(parse(octets, "corona"), rules).intent is Intent.OTHER


def test_the_free_text_of_a_form_beats_its_boxes(understood):
    """Who ticked the wrong box still says what he means."""
    words = (
        "Er is een nieuw formulier ingevuld.\nIk wil: hulp vragen\nNaam: Ann Claes\nPostcode: 3001\n"
        "Toelichting: ik wil zelf graag helpen, ik kan boodschappen doen voor ouderen en heb een auto"
    )

    assert understood(words, subject="Nieuwe hulpvraag", mailbox="leuven_helpt").intent is Intent.HELP_OFFER


@pytest.mark.parametrize(
    "words",
    [
        "Ik heb geen hulp nodig, ik wilde u enkel bedanken voor het goede werk.",
        "U hoeft geen boodschappen meer te brengen, mijn zoon is terug.",
        "I do not need any help any more, thank you.",
    ],
)
def test_a_need_denied_is_no_need(understood, words):
    """Negation turns a request into a thank-you."""
    assert understood(words, mailbox="leuven_helpt").intent is Intent.OTHER
