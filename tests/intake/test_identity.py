"""What makes two deliveries one message."""

from hypothesis import given
from hypothesis import strategies as st

from mailbot.intake.identity import content_key

LETTER = b"Message-ID: <a@x.example>\r\nFrom: maria@home.example\r\nSubject: hulp\r\n\r\nIk zoek hulp.\r\n"


def test_trace_headers_do_not_make_another_message():
    """The same letter in two mailboxes differs in what the servers wrote on the envelope."""
    copy = b"Delivered-To: corona@leuven.example\r\nReceived: by mx\r\n" + LETTER

    assert content_key(copy) == content_key(LETTER)


def test_a_repeated_message_id_with_other_text_is_another_message():
    """A forged or repeated identifier never swallows a plea."""
    assert content_key(LETTER.replace(b"zoek hulp", b"heb geen eten")) != content_key(LETTER)
    assert content_key(LETTER.replace(b"<a@x", b"<b@x")) != content_key(LETTER)


def test_a_letter_without_headers_still_has_a_key():
    """Two different texts without any header are two messages."""
    assert content_key(b"help") != content_key(b"hulp")


@given(st.binary(max_size=2000))
def test_any_octets_have_a_key(octets):
    """Sixty-four digits, always the same for the same octets."""
    assert len(content_key(octets)) == 64
    assert content_key(octets) == content_key(octets)
