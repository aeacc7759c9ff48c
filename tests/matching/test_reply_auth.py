"""Who may act on a digest: everything forged, replayed, crossed, late or automatic does nothing and says why."""

from __future__ import annotations

import json

import pytest

from tests.matching.programs import DESK, DIGEST, ME, PROVEN, SUBJECT, gmail, letter, outlook
from tests.matching.test_replies import done, reading_of

OURS = "Authentication-Results"


def changed(raw: bytes, name: str, value: str) -> bytes:
    """A letter with another value in one header field; an empty value takes the field out."""
    head, _, body = raw.partition(b"\r\n\r\n")
    unfolded = head.replace(b"\r\n ", b" ").split(b"\r\n")
    kept = [line for line in unfolded if not line.lower().startswith(name.lower().encode() + b":")]
    added = [f"{name}: {value}".encode()] if value else []
    return b"\r\n".join([*added, *kept]) + b"\r\n\r\n" + body


REFUSED = {
    "a stranger": ("From", "Jan Claes <jan.claes@elsewhere.example>", "not the matchmaker"),
    "another matchmaker": ("From", "An <an.peeters@leuven.example>", "not the matchmaker"),
    "two senders": ("From", f"{ME}, an.peeters@leuven.example", "not exactly one address"),
    "no result at all": (OURS, "", "no result of the town's own server"),
    "another server's word": (OURS, PROVEN.replace("mx.leuven", "mx.elsewhere"), "no result of the town's own server"),
    "dmarc failed": (OURS, "mx.leuven.example; spf=fail smtp.mailfrom=x@evil.example; dmarc=fail header.from=leuven.example", "does not vouch"),
    "spf passed for a stranger": (OURS, "mx.leuven.example; spf=pass smtp.mailfrom=x@evil.example; dkim=none", "does not vouch"),
    "dkim passed for a stranger": (OURS, "mx.leuven.example; dkim=pass header.d=evil.example; spf=none", "does not vouch"),
    "dkim passed for the country": (OURS, "mx.leuven.example; dkim=pass header.d=example", "does not vouch"),
    "a pass in a comment": (OURS, "mx.leuven.example; dmarc=none (dmarc=pass header.from=leuven.example)", "does not vouch"),
    "a pass in a quoted string": (OURS, 'mx.leuven.example; spf=none reason="; dmarc=pass header.from=leuven.example"', "does not vouch"),
    "softfail": (OURS, "mx.leuven.example; spf=softfail smtp.mailfrom=jan.claes@leuven.example; dkim=none", "does not vouch"),
    "no token": ("Subject", "Re: voorstellen", "no token"),
    "a guessed token": ("Subject", "Re: [LH D-57 AAAAAAAA] 8 voorstellen", "not one of ours"),
    "the token of another row": ("Subject", "[LH M-214 AAAAAAAA] JA", "not one of ours"),
    "the token of another digest": ("Subject", "Re: [LH D-57 Q5RT2V7N] 4 voorstellen", "not one of ours"),
    "another matchmaker's digest": ("Subject", "Re: [LH D-58 Q5RT2V7N] 4 voorstellen", "not the matchmaker of digest D-58"),
    "two tokens": ("Subject", "Re: [LH D-57 K7QF9Z2P] [LH D-56 B3XW8M4T]", "two different tokens"),
    "an out-of-office": ("Auto-Submitted", "auto-replied", "machine"),
    "an out-of-office by its subject": ("Subject", f"Automatisch antwoord: {SUBJECT}", "machine"),
    "an older autoresponder": ("X-Autoreply", "yes", "machine"),
    "a mailing list": ("List-Id", "<team.leuven.example>", "machine"),
    "older than the digest": ("Date", "Mon, 16 Mar 2020 09:00:00 +0100", "older than the digest"),
    "long after it": ("Date", "Thu, 16 Apr 2020 12:00:00 +0200", "expired"),
    "an answer to another digest": ("In-Reply-To", "<d-56.b3xw8m4t@leuven.example>", "two different digests"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_nothing_happens_and_it_says_why(name, value, reason):
    reading = reading_of(changed(letter("1 ja\n2 nee"), name, value))

    assert not reading.acts
    assert reading.commands == ()
    assert reason in (reading.refused or "")


def test_a_persons_words_that_are_refused_are_shown_to_somebody():
    refused = reading_of(changed(gmail("1 ja\nmevrouw is gevallen"), "From", "An <an.peeters@leuven.example>"))
    automatic = reading_of(changed(gmail("1 ja"), "Auto-Submitted", "auto-replied"))

    assert refused.unclear == ("1 ja", "mevrouw is gevallen")
    assert automatic.unclear == ()


PROOFS = (
    "mx.leuven.example; dmarc=pass header.from=leuven.example",
    "mx.leuven.example 1; dmarc=pass (p=none dis=none) header.from=leuven.example",
    "mx.leuven.example; spf=pass smtp.mailfrom=jan.claes@leuven.example; dkim=none",
    "MX.Leuven.Example; dkim=pass header.d=leuven.example header.s=s1 header.b=abc",
    "mx.leuven.example; dkim=pass header.d=mail.leuven.example; spf=softfail smtp.mailfrom=x@other.example",
    "mx.leuven.example; dkim=fail header.d=leuven.example; spf=pass smtp.mailfrom=leuven.example; dmarc=pass",
)


@pytest.mark.parametrize("proof", PROOFS)
def test_the_towns_own_server_is_believed(proof):
    assert done(reading_of(changed(letter("1 ja"), OURS, proof))) == {"1 ja"}


def test_a_second_result_of_our_server_that_failed_outweighs_a_first_that_passed():
    raw = letter("1 ja")
    twice = raw.replace(b"From:", b"Authentication-Results: mx.leuven.example; dmarc=fail header.from=leuven.example\r\nFrom:", 1)

    assert "does not vouch" in (reading_of(twice).refused or "")


def test_a_result_that_the_letter_brought_along_is_not_asked():
    forged = PROVEN.encode()
    raw = changed(letter("1 ja"), OURS, "mx.leuven.example; spf=fail smtp.mailfrom=x@evil.example; dmarc=none")
    raw = raw.replace(b"From:", b"Authentication-Results: " + forged + b"\r\nFrom:", 1)

    assert "does not vouch" in (reading_of(raw).refused or "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("To", f"{DESK.replace('@', '+d57-k7qf9z2p@')}"),
        ("Delivered-To", "leuven.helpt+lh-D57.K7QF9Z2P@leuven.example"),
        ("In-Reply-To", "<d57.K7QF9Z2P@leuven.example>"),
        ("References", "<start@leuven.example> <lh.d57.k7qf9z2p@leuven.example>"),
    ],
)
def test_where_the_subject_has_no_token_the_address_or_the_references_have_it(name, value):
    raw = changed(changed(letter("2 nee"), "Subject", "Re: 8 voorstellen"), name, value)

    assert done(reading_of(raw)) == {"2 nee"}


@pytest.mark.parametrize("subject", ["1 ja [LH D-57 K7QF9Z2P]", "[LH D-57 K7QF9Z2P] 1 ja", "Re: [LH D-57 K7QF9Z2P] 1 ja", "RE: 1 ja [lh d-57 k7qf9z2p] 8 voorstellen"])
def test_an_answer_in_the_subject_counts(subject):
    assert done(reading_of(changed(letter("Groetjes, Jan"), "Subject", subject))) == {"1 ja"}


@pytest.mark.parametrize("subject", [f"Re: {SUBJECT}", f"RE: AW: {SUBJECT}", "Antw: [LH D-57 K7QF9Z2P] 1 voorstel - ma 16/3", "Re: [LH D-57 K7QF9Z2P] 3 propositions, 1 urgente"])
def test_the_digests_own_subject_says_nothing(subject):
    reading = reading_of(changed(letter("2 nee"), "Subject", subject))

    assert done(reading) == {"2 nee"}
    assert reading.unclear == ()


def test_two_digests_that_cross_are_told_apart_by_their_tokens():
    older = changed(letter("3 ja"), "Subject", "Re: [LH D-56 B3XW8M4T] 3 voorstellen - ma 16/3 8 u")
    beyond = changed(letter("4 ja"), "Subject", "Re: [LH D-56 B3XW8M4T] 3 voorstellen - ma 16/3 8 u")

    assert (reading_of(older).digest, done(reading_of(older))) == ("D-56", {"3 ja"})
    assert done(reading_of(beyond)) == set()


def test_an_answer_whose_quote_is_another_digest_does_nothing():
    crossed = outlook("1 ja").replace(b"Onderwerp: [LH D-57 K7QF9Z2P]", b"Onderwerp: [LH D-56 B3XW8M4T]")

    assert reading_of(crossed).refused == "the letter speaks of two different digests"


def test_a_one_tap_link_carries_out_its_own_row_only():
    rows = [{"row": 1, "match": "M-214", "token": "ROWTOK11"}, {"row": 2, "match": "M-215", "token": "ROWTOK22"}]
    tapped = changed(letter("\n"), "Subject", "[LH M-215 ROWTOK22] NEE")
    swapped = changed(letter("\n"), "Subject", "[LH M-214 ROWTOK22] NEE")

    assert done(reading_of(tapped, rows=rows)) == {"2 nee"}
    assert reading_of(swapped, rows=rows).refused


def test_crossed_out_words_are_for_a_person():
    markup = "<div><s>1 ja</s></div><div>2 nee</div>"
    both = reading_of(letter("1 ja\n2 nee", markup))
    alone = reading_of(letter(markup=markup))

    assert done(both) == set() == done(alone)
    assert [line.strip("~") for line in both.unclear] == ["1 ja", "2 nee"] == [line.strip("~") for line in alone.unclear]


def test_crossed_out_words_stay_marked_in_the_text():
    from mailbot.intake.html import to_text

    assert to_text("<p><s><b>1 ja</b></s> <del>2</del></p><p style='text-decoration:line-through'>3 ja</p>4 ja") == (
        "~~1 ja~~ ~~2~~\n\n~~3 ja~~\n\n4 ja\n"
    )


def test_own_words_right_above_a_heading_are_not_taken_for_it():
    told = "1 ja\nOp 2 nee\nOp ma 16 mrt. 2020 om 12:00 schreef Leuven Helpt <leuven.helpt@leuven.example>:\n> 3 ja"
    reading = reading_of(letter(told))

    assert done(reading) <= {"1 ja", "2 nee"}
    assert "2 nee" in done(reading) or "Op 2 nee" in reading.unclear


def test_a_list_that_the_program_numbers_keeps_its_numbers():
    assert done(reading_of(letter(markup='<ol start="2"><li>ja</li><li>nee, te ver</li></ol>'))) == {"2 ja", "3 nee"}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("{}", "no rows"),
        (json.dumps({**DIGEST, "token": ""}), "no token"),
        (json.dumps({**DIGEST, "rows": "many"}), "no rows"),
        (json.dumps({**DIGEST, "sent_at": "gisteren"}), "no time"),
        (json.dumps({**DIGEST, "matchmakers": 3}), "matchmakers"),
        (json.dumps({**DIGEST, "other_digests": {"id": 1}}), "other_digests"),
        (json.dumps({**DIGEST, "other_digests": [3]}), "not an object"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_digest_that_cannot_be_read_is_one_clear_line(tmp_path, written, told):
    from typer.testing import CliRunner

    from mailbot.cli.app import app
    from mailbot.model import MailbotError

    (tmp_path / "digest.json").write_text(written)
    (tmp_path / "reply.eml").write_bytes(letter("1 ja"))
    ran = CliRunner().invoke(app, ["match", "read", str(tmp_path / "reply.eml"), "--digest", str(tmp_path / "digest.json")])

    assert isinstance(ran.exception, MailbotError)
    assert told in str(ran.exception)


def test_the_command_line_prints_one_object_a_reply(tmp_path):
    from typer.testing import CliRunner

    from mailbot.cli.app import app

    (tmp_path / "digest.json").write_text(json.dumps(DIGEST))
    (tmp_path / "a.eml").write_bytes(letter("1 ja\n2 nee, te ver\n3 door An\nhoe laat komt de bus?"))
    (tmp_path / "b.eml").write_bytes(changed(letter("1 ja"), "From", "x@evil.example"))
    ran = CliRunner().invoke(app, ["match", "read", str(tmp_path / "a.eml"), str(tmp_path / "b.eml"), "--json", "--digest", str(tmp_path / "digest.json")])
    first, second = (json.loads(line) for line in ran.output.strip().split("\n"))

    assert first["acts"] is True
    assert first["commands"] == [
        {"row": 1, "command": "ja", "reason": None, "to": None},
        {"row": 2, "command": "nee", "reason": "te ver", "to": None},
        {"row": 3, "command": "door", "reason": None, "to": "an.peeters@leuven.example"},
    ]
    assert first["unclear"] == ["hoe laat komt de bus?"]
    assert first["refused"] is None
    assert (second["acts"], second["commands"]) == (False, [])
    assert "not the matchmaker" in second["refused"]
