"""Signed names for tickets in mail."""

from hypothesis import given
from hypothesis import strategies as st

from mailbot.tickets import tokens

KEY, OTHER = b"k" * 32, b"o" * 32
MAILBOX = "leuven.helpt@leuven.example"
TICKETS = st.integers(1, 10**14)


@given(TICKETS)
def test_a_signed_address_names_its_ticket_in_any_case(ticket):
    """Relays may change the case of a local part."""
    address = tokens.reply_address(KEY, MAILBOX, ticket)

    assert tokens.ticket_of_address(KEY, address) == ticket
    assert tokens.ticket_of_address(KEY, address.upper()) == ticket


@given(TICKETS, st.integers(0, 15), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_letter_spoils_the_signature(ticket, place, letter):
    """A token that is off by one names nothing."""
    address = tokens.reply_address(KEY, MAILBOX, ticket)
    local, domain = address.split("@")
    at = len(local) - 16 + place
    forged = f"{local[:at]}{letter}{local[at + 1 :]}@{domain}"

    assert tokens.ticket_of_address(KEY, forged) == (ticket if forged == address else None)


@given(TICKETS)
def test_a_token_is_worth_nothing_for_another_desk_or_purpose(ticket):
    """Each desk and each purpose has a key of its own."""
    address = tokens.reply_address(KEY, MAILBOX, ticket)
    identifier = tokens.message_id(KEY, "leuven.example", ticket, "ack1")

    assert tokens.ticket_of_address(OTHER, address) is None
    assert tokens.ticket_of_message_id(OTHER, "leuven.example", identifier) is None
    assert tokens.sign(KEY, "reply-address", str(ticket)) != tokens.sign(KEY, "message-id", str(ticket))


@given(TICKETS, st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True))
def test_a_message_id_names_its_ticket_on_our_host_only(ticket, revision):
    """The same signature on another host is somebody else's letter."""
    identifier = tokens.message_id(KEY, "leuven.example", ticket, revision)

    assert tokens.ticket_of_message_id(KEY, "leuven.example", identifier) == ticket
    assert tokens.ticket_of_message_id(KEY, "other.example", identifier) is None


@given(st.text(max_size=300))
def test_any_text_may_stand_where_a_token_is_expected(text):
    """Nothing raises, and nothing is believed."""
    assert tokens.ticket_of_address(KEY, text) is None
    assert tokens.ticket_of_message_id(KEY, "leuven.example", text) is None


def test_the_last_tag_of_a_subject_counts():
    """A forwarded subject keeps older tags in front."""
    assert tokens.ticket_of_subject("LH", "Re: [LH#7] Fwd: [lh#1042] vraag") == 1042
    assert tokens.ticket_of_subject("LH", "[XX#7] vraag") is None
