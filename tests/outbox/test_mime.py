"""No text of a letter becomes a header, an address or a command of ours, whatever it holds."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.intake.addresses import address
from mailbot.model import Address, Permanent
from mailbot.outbox.mime import Mail, assemble, checked

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
DESK = Address("corona@leuven.example", "Leuven Helpt, Leuven")
NASTY = st.text(
    alphabet=st.sampled_from('aé\r\n\0\t\x0b\x85\u2028\u2029\u202e:<>@"\\,;=?_ ') | st.characters(codec="utf-8"),
    max_size=300,
)
EXPECTED = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Mailbot-Loop"),
    *("MIME-Version", "Content-Type", "Content-Language", "In-Reply-To", "References", "Reply-To"),
}


def mail(**changed):
    given = {
        "sender": DESK,
        "to": Address("maria@home.example", "Maria"),
        "subject": "[LH#1] dank u",
        "text": "Dag",
        "html": "<p>Dag</p>",
        "message_id": "<lh.1.a1.x@leuven.example>",
        "date": NOW,
        "host": "leuven.example",
        "auto": "auto-replied",
        "language": "nl",
    }
    return assemble(Mail(**(given | changed)))


@given(subject=NASTY, name=NASTY, reference=NASTY)
def test_a_citizens_words_stay_within_their_header(subject, name, reference):
    """Every line break, and what others take for one, is made harmless; nothing is added to the head."""
    octets = mail(
        subject=subject, to=Address("maria@home.example", name), references=(reference,), in_reply_to=reference
    )
    head = octets.partition(b"\r\n\r\n")[0]
    parsed = message_from_bytes(octets, policy=policy.compat32)

    assert set(parsed.keys()) <= EXPECTED
    assert len(parsed.keys()) == len(set(parsed.keys()))
    assert head.isascii()
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))
    assert "maria@home.example" in parsed["To"].splitlines()[-1]
    assert not parsed.defects


@given(subject=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=120))
def test_a_subject_is_read_as_it_was_written(subject):
    """Encoded words cut no character in two, and what looks like one is not taken for one."""
    parsed = message_from_bytes(mail(subject=f"[LH#1] {subject}"), policy=policy.default)

    assert parsed["Subject"].replace(" ", "") == f"[LH#1] {subject}".replace(" ", "")


def test_a_name_that_looks_encoded_is_shown_as_it_is():
    """Else a reader would decode it, line breaks and all."""
    name = "=?utf-8?q?Maria=0D=0ABcc?="
    parsed = message_from_bytes(mail(to=Address("maria@home.example", name)), policy=policy.compat32)

    assert b"=?utf-8?q?Maria" not in mail(to=Address("maria@home.example", name))
    assert parseaddr(parsed["To"].replace("\r\n", ""))[1] == "maria@home.example"


@pytest.mark.parametrize(
    "written",
    [
        "maria@home.example\r\nBcc: eve@elsewhere.example",
        "maria@home.example>\r\nRCPT TO:<eve@elsewhere.example",
        "maria@home.example, eve@elsewhere.example",
        "maria@home.example eve@elsewhere.example",
        '"v\r\nRCPT TO:<eve@elsewhere.example>\r\nNOOP "@home.example',
        "maria@home.example\0",
        "maria\u2028@home.example",
        "maría@home.example",
        "a@b@home.example",
        "@home.example",
        "maria@",
        "maria@home.example;x",
        "<maria@home.example>",
        "x" * 250 + "@home.example",
        "",
    ],
)
def test_an_address_that_could_say_more_than_an_address_is_refused(written):
    """At the border, where letters come in, and at the door, where they go out."""
    assert address(written) is None or address(written).email != written
    with pytest.raises(Permanent):
        checked(written)
    with pytest.raises(Permanent):
        mail(to=Address(written))


@given(st.text(max_size=80) | st.from_regex(r"[a-z.+!#$%&'*/=?^_`{|}~-]{1,20}@[a-z.-]{1,20}", fullmatch=True))
def test_what_is_let_in_as_a_sender_can_be_written_to(written):
    """So that no letter stands still because its answer cannot be built."""
    found = address(written)
    if found:
        assert checked(found.email) == found.email
        assert mail(to=found)
