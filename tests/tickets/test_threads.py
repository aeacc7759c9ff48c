"""Which ticket a letter belongs to."""

from dataclasses import replace

import pytest

from mailbot.model import Address, Bounce, Kind, Letter, Machine, Screening, Status, Threads, TicketFact
from mailbot.tickets import tokens
from mailbot.tickets.threads import Signing, find_thread, read_claims

SIGNING = Signing(b"k" * 32, "leuven.example", "LH")
MARIA = Address("maria@home.example", "Maria")
PERSON = Screening(Kind.HUMAN, "a person wrote this")
TICKET = TicketFact(1042, Status.OPEN, frozenset({MARIA.email}))
KNOWN = Threads(tickets={1042: TICKET})
SIGNED = tokens.reply_address(SIGNING.key, "corona@leuven.example", 1042)
OUR_ID = tokens.message_id(SIGNING.key, SIGNING.host, 1042, "ack")


def find(letter, threads=KNOWN, screening=PERSON):
    return find_thread(read_claims(letter, SIGNING), screening, threads)


def test_a_signed_address_and_a_known_sender_join():
    """Both legs of the proof are there."""
    thread = find(Letter(sender=MARIA, delivered_to=(SIGNED,)))

    assert thread.ticket == TICKET
    assert thread.how == "signed address"


def test_a_signed_message_id_and_a_known_sender_join():
    """A mail client that drops the plus-address still names what it answers."""
    assert find(Letter(sender=MARIA, references=("<x@y>", OUR_ID))).ticket == TICKET


def test_a_subject_tag_joins_a_known_sender_only():
    """Anybody can write a number in a subject."""
    letter = Letter(sender=MARIA, subject="Re: [LH#1042] hulp")
    stranger = replace(letter, sender=Address("eve@elsewhere.example"))

    assert find(letter).ticket == TICKET
    assert find(stranger).ticket is None
    assert find(stranger).suggestion == TICKET


def test_a_good_token_from_a_stranger_is_only_a_suggestion():
    """A forwarded or leaked token opens nothing."""
    thread = find(Letter(sender=Address("eve@elsewhere.example"), delivered_to=(SIGNED,)))

    assert thread.ticket is None
    assert thread.suggestion == TICKET
    assert "sender is not on that ticket" in thread.how


def test_an_unproven_sender_joins_nothing():
    """Where From is ambiguous nobody is known."""
    assert find(Letter(sender=None, delivered_to=(SIGNED,))).ticket is None


def test_a_false_signature_is_no_token():
    """Sixteen guessed letters name no ticket."""
    assert find(Letter(sender=MARIA, delivered_to=("corona+lh1042-aaaaaaaaaaaaaaaa@leuven.example",))).ticket is None


def test_the_senders_own_earlier_letter_joins():
    """Who answers his own letter before we did writes on the same ticket."""
    threads = replace(KNOWN, by_message_id={"<own@home.example>": 1042})

    assert find(Letter(sender=MARIA, in_reply_to=("<own@home.example>",)), threads).ticket == TICKET


def test_the_same_subject_alone_joins_nothing():
    """An open ticket of the same sender is a suggestion, whatever the subject."""
    thread = find(Letter(sender=MARIA, subject="Re: hulp"), replace(KNOWN, open_by_sender=(1042,)))

    assert thread.ticket is None
    assert thread.suggestion == TICKET


def test_a_merged_ticket_leads_to_the_one_it_became():
    """Letters follow a merge, through several steps and never in a circle."""
    merged = {
        1042: replace(TICKET, merged_into=7),
        7: TicketFact(7, Status.OPEN, frozenset({MARIA.email}), merged_into=8),
        8: TicketFact(8, Status.OPEN, frozenset({MARIA.email})),
    }
    circle = {1042: replace(TICKET, merged_into=7), 7: TicketFact(7, Status.OPEN, frozenset(), merged_into=1042)}

    assert find(Letter(sender=MARIA, delivered_to=(SIGNED,)), Threads(tickets=merged)).ticket.id == 8
    assert find(Letter(sender=MARIA, delivered_to=(SIGNED,)), Threads(tickets=circle)) is not None


def test_a_bounce_finds_its_ticket_by_the_mail_it_returns():
    """A delivery report comes from a machine that is on no ticket."""
    report = Letter(
        sender=Address("mailer-daemon@mx.example"), report=Bounce(("maria@home.example",), "5.1.1", True, (OUR_ID,))
    )
    screening = Screening(Kind.BOUNCE, "delivery report", Machine.BOUNCE, report.report)

    assert find(report, screening=screening).ticket == TICKET


@pytest.mark.parametrize("machine", [Machine.BULK, Machine.MAILING_LIST, Machine.NO_REPLY, Machine.OWN_LOOP])
def test_a_header_that_looks_automatic_is_no_leg_of_the_proof(machine):
    """A stranger with a leaked token gains nothing by writing `Precedence: bulk`."""
    letter = Letter(sender=Address("eve@elsewhere.example"), delivered_to=(SIGNED,))
    thread = find(letter, screening=Screening(Kind.HUMAN, "bulk", machine))

    assert thread.ticket is None
    assert thread.suggestion == TICKET


def test_an_automatic_answer_from_elsewhere_is_joined_and_not_known():
    """A vacation notice of a forwarded mailbox belongs to the ticket, and moves nothing there."""
    letter = Letter(sender=Address("office@elsewhere.example"), references=(OUR_ID,))
    thread = find(letter, screening=Screening(Kind.AUTO_REPLY, "RFC 3834", Machine.AUTO_REPLY))

    assert thread.ticket == TICKET
    assert not thread.is_known


def test_nobody_is_not_on_a_ticket_that_has_no_address():
    """A ticket taken by telephone has no address, and a letter without a proven sender has none either."""
    nameless = Threads(tickets={1042: TicketFact(1042, Status.OPEN, frozenset({""}))})

    assert find(Letter(sender=None, delivered_to=(SIGNED,)), nameless).ticket is None
