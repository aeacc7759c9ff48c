"""From octets to a letter: what mail programs write, what they get wrong, and what nobody should ever have sent."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.explaining import explain, make_reading_desk
from mailbot.intake.addresses import author, mailboxes, sender
from mailbot.intake.headers import parameters
from mailbot.intake.parse import parse, safe_name

NOW = datetime(2020, 3, 16, 9, tzinfo=UTC)
B64 = base64.b64encode("Wie helpt mijn zoë? Één vraag.".encode()).decode()


def letter(body="Wie kan helpen?", **fields):
    """A letter with the given header fields, as octets."""
    head = {"From": "Rita Claes <rita@mail.example>", "Subject": "hulp"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    return "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode("utf-8", "surrogateescape") + b"\r\n" + (
        body if isinstance(body, bytes) else body.encode()
    )


def mixed(*parts, kind="mixed", boundary="b", end=True):
    """A multipart body of parts, each given as header block, empty line and text."""
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return letter(inner + (f"--{boundary}--\r\n" if end else ""), Content_Type=f'multipart/{kind}; boundary="{boundary}"')


PLAIN, HTML = "Content-Type: text/plain\r\n\r\n", "Content-Type: text/html\r\n\r\n"
SUBJECTS = {
    "=?utf-8?Q?Z=C3=B3_hulp?=": "Zó hulp",
    "=?UTF-8?B?WsOzIGh1bHA=?=": "Zó hulp",
    "=?iso-8859-1?q?Z=F3?= hulp": "Zó hulp",
    "=?utf-8?Q?Z=C3?= =?utf-8?Q?=B3_hulp?=": "Zó hulp",
    "=?utf-8?B?WsOzIGh1bHA?=": "Zó hulp",
    "=?utf-8?Q?Z=C3=B3 hulp?=": "Zó hulp",
    "=?utf-8*nl?Q?Z=C3=B3?= hulp": "Zó hulp",
    "=?x-unknown?Q?hulp?=": "hulp",
    "=?utf-8?Q?hulp": "=?utf-8?Q?hulp",
    "=?utf-8?Q?Waarom??=": "Waarom?",
    '"=?utf-8?Q?Z=C3=B3?=" hulp': '"Zó" hulp',
    "Zó hulp": "Zó hulp",
    "hulp\r\n gevraagd": "hulp gevraagd",
    "=?utf-8?Q?a=0D=0ABcc:_x@y.example?=": "a Bcc: x@y.example",
    "=?gb2312?B?z7jDxw==?=": "细们",
    "=?iso-2022-jp?B?GyRCJEYkOSRIGyhC?=": "てすと",
}


@pytest.mark.parametrize(("written", "read"), SUBJECTS.items())
def test_a_subject_is_read_as_its_writer_meant_it(written, read):
    """RFC 2047, and what is written instead of it; never with a line break in it."""
    assert parse(letter(Subject=written)).subject == read


def test_a_subject_of_raw_latin_octets_is_read():
    """As old programs send it, without saying so."""
    assert parse(b"Subject: Z\xf3 hulp\r\n\r\nx").subject == "Zó hulp"


SENDERS = {
    "Rita <rita@mail.example>": ("Rita", "rita@mail.example"),
    "rita@mail.example (Rita Claes)": ("Rita Claes", "rita@mail.example"),
    '"Claes, Rita" <rita@mail.example>': ("Claes, Rita", "rita@mail.example"),
    "=?utf-8?Q?Claes=2C_Zo=C3=AB?= <rita@mail.example>": ("Claes, Zoë", "rita@mail.example"),
    '"=?utf-8?Q?Zo=C3=AB?=" <rita@mail.example>': ("Zoë", "rita@mail.example"),
    "<rita@mail.example>": ("", "rita@mail.example"),
    "Rita <@relay.example:rita@mail.example>": ("Rita", "rita@mail.example"),
}


@pytest.mark.parametrize(("written", "read"), SENDERS.items())
def test_a_sender_is_read_in_every_way_of_writing(written, read):
    """Name and address, and both parsers agree."""
    found = author([written])

    assert (found.name, found.email) == read
    assert sender([written]).email == "rita@mail.example"


@pytest.mark.parametrize(
    "written",
    [
        "burgemeester@leuven.example <kwaad@x.example>",
        "a@mail.example, b@mail.example",
        "=?utf-8?q?<kwaad@x.example>?=, <rita@mail.example>",
        "undisclosed-recipients:;",
        "<>",
        "Rita",
        "",
    ],
)
def test_a_sender_who_may_be_two_is_nobody(written):
    """Whoever gets an answer must be the one who asked."""
    assert sender([written]) is None
    assert sender([written, written]) is None


def test_a_name_never_turns_into_an_address():
    """An encoded word is read after the addresses are."""
    found = parse(letter(Reply_To="=?utf-8?q?kwaad=40x=2Eexample=2C?= <rita@mail.example>"))

    assert found.reply_to.email == "rita@mail.example"


def test_groups_comments_and_semicolons_in_addresses():
    """RFC 5322 §3.4, and what people write."""
    written = 'Vrienden: a@mail.example, "B, C" <b@mail.example>;, c@mail.example (van (het) werk); d@mail.example'

    assert [email for _, email in mailboxes(written)] == [f"{name}@mail.example" for name in "abcd"]


TEXTS = {
    "plain": letter("Wie kan helpen?"),
    "quoted-printable": letter("Wie kan he=\r\nlpen=3F", Content_Transfer_Encoding="Quoted-Printable"),
    "base64": letter(base64.b64encode(b"Wie kan helpen?"), Content_Transfer_Encoding="BASE64"),
    "base64 in two groups": letter(b"V2llIGs=\r\nYW4gaGVscGVuPw==", Content_Transfer_Encoding="base64"),
    "base64 only by name": letter("Wie kan helpen?", Content_Transfer_Encoding="base64"),
    "uuencoded part": letter(b"begin 644 x\n/5VEE(&MA;B!H96QP96X_\n`\nend\n", Content_Transfer_Encoding="x-uuencode"),
    "flowed": letter("Wie kan \r\nhelpen?", Content_Type="text/plain; format=flowed"),
    "flowed with delsp": letter("Wie kan he \r\nlpen?", Content_Type="text/plain; format=flowed; delsp=yes"),
    "enriched": letter("<bold>Wie</bold> kan\r\nhelpen?", Content_Type="text/enriched"),
    "html": letter("<style>p{}</style><p>Wie kan&nbsp;helpen?</p><script>x</script>", Content_Type="text/html"),
    "html with a hidden preheader": letter('<div style="display:none">Korting</div><p>Wie kan helpen?</p>', Content_Type="text/html"),
    "html with small type": letter('<p style="font-size:0.9em">Wie kan helpen?</p>', Content_Type="text/html"),
    "no content type at all": letter("Wie kan helpen?", MIME_Version="1.0"),
    "nonsense content type": letter("Wie kan helpen?", Content_Type="nonsense"),
    "alternative": mixed(PLAIN + "Wie kan helpen?", HTML + "<p>Wie kan helpen?</p>", kind="alternative"),
    "alternative with an empty plain part": mixed(PLAIN, HTML + "<p>Wie kan helpen?</p>", kind="alternative"),
    "alternative whose plain part is a stub": mixed(PLAIN + "This message is in HTML format.", HTML + "<p>Wie kan helpen?</p>", kind="alternative"),
    "mixed where alternative was meant": mixed(PLAIN + "Wie kan helpen?", HTML + "<p>Wie kan helpen?</p>"),
    "signed": mixed(PLAIN + "Wie kan helpen?", "Content-Type: application/pgp-signature\r\n\r\n--PGP--", kind="signed"),
    "no closing boundary": mixed(PLAIN + "Wie kan helpen?", end=False),
    "a part without a header": mixed("\r\nWie kan helpen?"),
    "a part without an empty line": mixed("Content-Type: text/plain\r\nWie kan helpen?"),
    "a boundary that is not there": letter("--echt\r\nContent-Type: text/plain\r\n\r\nWie kan helpen?\r\n--echt--\r\n", Content_Type='multipart/mixed; boundary="fout"'),
    "no boundary parameter": letter("--echt\r\nContent-Type: text/plain\r\n\r\nWie kan helpen?\r\n--echt--\r\n", Content_Type="multipart/mixed"),
    "no parts at all": letter("Wie kan helpen?", Content_Type='multipart/mixed; boundary="b"'),
    "a text file only": mixed('Content-Type: text/plain; name="brief.txt"\r\nContent-Disposition: inline\r\n\r\nWie kan helpen?'),
    "a nested boundary with the same beginning": letter(
        "--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\nContent-Type: text/plain\r\n\r\nWie kan helpen?\r\n--bb--\r\n--b--\r\n",
        Content_Type="multipart/mixed; boundary=b",
    ),
    "bare newlines": letter("Wie kan helpen?").replace(b"\r\n", b"\n"),
    "bare returns": letter("Wie kan helpen?").replace(b"\r\n", b"\r"),
    "two returns": letter("Wie kan helpen?").replace(b"\r\n", b"\r\r\n"),
    "an mbox line above": b"From rita@mail.example Mon Mar 16 09:00:00 2020\r\n" + letter("Wie kan helpen?"),
    "a byte order mark above": b"\xef\xbb\xbf" + letter("Wie kan helpen?"),
    "empty lines above": b"\r\n\r\n" + letter("Wie kan helpen?"),
    "an mbox line among the fields": letter("Wie kan helpen?").replace(b"Subject", b">From x Mon Mar\r\nSubject"),
    "no empty line": b"From: rita@mail.example\r\nSubject: hulp\r\nWie kan helpen?\r\n",
    "no header": b"Wie kan helpen?",
    "nul octets": letter(b"Wie\0 kan helpen?\0"),
}


@pytest.mark.parametrize("octets", TEXTS.values(), ids=TEXTS)
def test_the_writers_text_is_found_however_it_was_packed(octets):
    """RFC 2045 to 2049 and 3676, and everything that is like them."""
    assert parse(octets).text.strip() == "Wie kan helpen?"


CHARSETS = {
    "utf-8 unlabelled": ("Zoë €5 – één".encode(), ""),
    "utf-8 called latin": ("Zoë €5 – één".encode(), "iso-8859-1"),
    "utf-8 called ascii": ("Zoë €5 – één".encode(), "us-ascii"),
    "windows called latin": ("Zoë €5 – één".encode("cp1252"), "iso-8859-1"),
    "windows unlabelled": ("Zoë €5 – één".encode("cp1252"), ""),
    "windows called utf-8": ("Zoë €5 – één".encode("cp1252"), "utf-8"),
    "an unknown name": ("Zoë €5 – één".encode(), "DEFAULT_CHARSET"),
    "a name that is no text": ("Zoë €5 – één".encode(), "zip"),
    "utf-7 by its old name": ("Zoë €5 – één".encode("utf-7"), "unicode-1-1-utf-7"),
    "utf-16 with a mark": ("Zoë €5 – één".encode("utf-16"), ""),
}


@pytest.mark.parametrize(("octets", "charset"), CHARSETS.values(), ids=CHARSETS)
def test_a_charset_that_lies_is_found_out(octets, charset):
    """What is in the octets counts more than what is said of them."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"

    assert parse(letter(octets, Content_Type=kind)).text == "Zoë €5 – één"


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("x-gbk", "gbk", "我需要帮助"),
        ("gb2312", "gb2312", "我需要帮助"),
        ("big5", "big5", "我需要幫助"),
        ("windows-874", "cp874", "ต้องการ"),
        ("shift_jis", "cp932", "手伝って①"),
        ("", "iso-2022-jp", "手伝って"),
        ("euc-kr", "euc_kr", "도움이"),
        ("koi8-r", "koi8-r", "помощь"),
        ("windows-1251", "cp1251", "помощь"),
        ("iso-8859-9", "iso-8859-9", "yardım"),
    ],
)
def test_the_charsets_of_the_world_are_read(charset, codec, text):
    """Under the names that programs give them."""
    kind = f'text/plain; charset="{charset}"' if charset else "text/plain"

    assert parse(letter(text.encode(codec), Content_Type=kind)).text == text


def test_one_stray_octet_does_not_spoil_a_text():
    """A name pasted in another charset leaves the rest as it was."""
    assert parse(letter("Één ".encode() + b"caf\xe9" + " zoë".encode(), Content_Type="text/plain; charset=utf-8")).text == "Één café zoë"


def test_nothing_of_an_attached_message_is_in_the_writers_text():
    """It is an attachment; forwarded, it has its own writer."""
    found = parse(mixed(PLAIN + "Zie bijlage.", "Content-Type: message/rfc822\r\n\r\nFrom: jan@mail.example\r\nSubject: oud\r\n\r\nGeheim."))

    assert found.text == "Zie bijlage."
    assert [each.type for each in found.attachments] == ["message/rfc822"]
    assert found.forward.writer.email == "jan@mail.example"
    assert found.forward.text == "Geheim."


def test_attachments_have_names_that_can_be_shown_and_saved():
    """RFC 2231 and 2047, paths, disguises and reserved names."""
    found = parse(
        mixed(
            PLAIN + "x",
            "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''br%C3%A9; filename*1=vet.pdf\r\n\r\nx",
            'Content-Type: image/png; name="=?utf-8?Q?zo=C3=AB.png?="\r\n\r\nx',
            'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx',
            "Content-Type: application/ms-tnef\r\n\r\nx",
        )
    )

    assert [each.name for each in found.attachments] == ["brévet.pdf", "zoë.png", "passwd", "unnamed.mstnef"]


@pytest.mark.parametrize("name", ["CON", "a\u202egnp.exe", "x" * 500 + ".pdf", "...", "a/b\\c", "\0", "nul.txt"])
def test_a_file_name_is_always_safe(name):
    """Whatever was meant by it."""
    safe = safe_name(parameters(f'x; filename="{name}"')[1].get("filename", ""), "image/png")

    assert 0 < len(safe) <= 120
    assert not set(safe) & set('\0/\\:*?"<>|\n')
    assert safe.partition(".")[0].lower() not in {"con", "nul", ""}


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('text/plain; charset="utf-8"', {"charset": "utf-8"}),
        ("text/plain;charset=utf-8;format=flowed", {"charset": "utf-8", "format": "flowed"}),
        ('x/y; name="a;b"', {"name": "a;b"}),
        ('x/y; name="a\\"b"', {"name": 'a"b'}),
        ('x/y; boundary="open', {"boundary": "open"}),
        ("x/y; name*=iso-8859-1'nl'Zo%EB", {"name": "Zoë"}),
        ("x/y; name*1=b; name*0=a", {"name": "ab"}),
    ],
)
def test_parameters_are_read_as_they_are_written(written, named):
    """RFC 2045 and 2231, quotes closed or not."""
    assert parameters(written)[1] == named


def test_dates_that_cannot_be_are_none():
    """And those that can are in UTC."""
    assert parse(letter(Date="Mon, 16 Mar 2020 10:00:00 +0100")).date == NOW
    assert parse(letter(Date="2020-03-16 10:00:00+01:00")).date == NOW
    assert parse(letter(Date="Mon, 99 Mar 2020 10:00:00")).date is None
    assert parse(letter(Date="gisteren")).date is None


HOSTILE = {
    "1,500 nested parts": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500)),
    "one boundary a thousand times": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 1000,
    "20,000 parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
    "40,000 addresses": b"To: " + b",\r\n ".join(b"u%d@mail.example" % n for n in range(40_000)) + b"\r\n\r\nx",
    "40,000 fields": b"X: y\r\n" * 40_000 + b"\r\nx",
    "a line of megabytes": b"\r\n" + b"hulp " * 600_000,
    "thirty thousand lines": b"\r\n" + b"Op 1 maart\n" * 30_000,
    "a hundred thousand open tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "fifty thousand attributes": b"Content-Type: text/html\r\n\r\n<p " + b" ".join(b"a%d='>'" % n for n in range(50_000)),
    "a hundred thousand quotes": b"From: " + b'"' * 100_001 + b"\r\n\r\nx",
    "twenty thousand encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
    "a bounce of dashes": b"From: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\n" + b"-" * 300_000,
    "a bounce of empty lines": b"From: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\n" + b"\n" * 300_000,
    "a bounce of addresses": b"From: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\n" + b"user a@b.example\n" * 10_000,
    "uuencode without end": b"\r\n" + b"begin 644 a\n" * 20_000 + b"\nend",
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_letter_is_a_letter_like_another(octets):
    """It is read within its bounds, and what was left out is said."""
    found = parse(octets)

    assert len(found.text) <= 1_000_000
    assert len(found.to) <= 100
    assert len(found.attachments) <= 200


def test_what_had_to_be_cut_is_said():
    """Nothing is left out in silence."""
    assert "nested too deep" in parse(HOSTILE["1,500 nested parts"]).defects
    assert "too many parts" in parse(HOSTILE["20,000 parts"]).defects


DESK = make_reading_desk(None)
PIECES = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"To: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html", b"\r\n", b"\n", b"\r"),
        *(b"--b", b"--b--", b"\r\n\r\n", b"=?utf-8?q?", b"?=", b"<", b">", b'"', b"@", b"(", b"Content-Transfer-Encoding: base64\r\n"),
        *(b"message/delivery-status", b"Action: failed\r\n", b"Final-Recipient: rfc822; a@b.example\r\n", b"MAILER-DAEMON@b.example"),
        *(b"<blockquote>", b"On 1/1/2020 10:00, x wrote:\r\n", b"> ", b"\0", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\x1b$B", b"charset=utf-7"),
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=2_000), st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=60).map(b"".join)))
def test_any_octets_are_a_letter(octets):
    """Nothing raises, and all of it can be stored, printed and sent on as JSON."""
    found = json.dumps(explain(octets, "x.eml", "corona", DESK, NOW), ensure_ascii=False)

    assert "\0" not in found
    assert json.loads(found.encode())["file"] == "x.eml"


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(list(TEXTS.values())), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=8))
def test_a_letter_damaged_on_its_way_is_still_a_letter(octets, damages):
    """Octets lost, added and changed anywhere."""
    for at, instead in damages:
        octets = octets[:at] + instead + octets[at + 1 :]
    found = parse(octets)

    assert all(text == text.encode("utf-8").decode() for text in (found.subject, found.text, found.new_text))
    assert "\n" not in found.subject
