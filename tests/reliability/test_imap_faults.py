"""Whatever happens to the line to the mailbox, no letter is lost and none is answered twice."""

import shutil

import pytest

from tests.reliability.conftest import letter
from tests.servers.faultproxy import Fault, FaultProxy

BODY = rb"BODY\[\] \{\d+\}\r\n.{60}"  # sixty octets into a letter


@pytest.fixture
def between(dovecot):
    """A proxy before Dovecot that lets the given faults happen."""
    open_ones = []

    def stand(*faults: Fault) -> FaultProxy:
        proxy = FaultProxy((dovecot.host, dovecot.port), *faults)
        open_ones.append(proxy)
        return proxy.__enter__()

    yield stand
    for proxy in open_ones:
        proxy.__exit__(None, None, None)


@pytest.mark.parametrize("way", ["reset", "close", "hang"])
def test_a_line_cut_in_the_middle_of_a_letter_keeps_no_half_of_it(make_town, between, way):
    """The round ends with "try later"; the next one has every letter, whole."""
    fault = Fault(way, match=BODY, skip=2)
    town = make_town(imap_port=between(fault).port)
    town.write(5)

    assert not town.run()
    assert fault.fired
    assert town.run()
    town.holds()


def test_a_letter_that_drips_in_does_not_hold_the_desk_beyond_its_deadline(make_town, between):
    """Each read is quick enough and the whole is not: the deadline is for the operation."""
    fault = Fault("drip", match=BODY, seconds=0.5)
    town = make_town(imap_port=between(fault).port)
    town.write(2)

    assert not town.run()
    assert fault.fired
    assert town.run()
    town.holds()


@pytest.mark.parametrize(
    ("put", "match"),
    [
        (b"* BYE the server goes down\r\n", rb"\w+ UID FETCH [^\r]*BODY\.PEEK\[\][^\r]*\r\n"),
        (b"{tag} NO [UNAVAILABLE] try again\r\n", rb"\w+ UID SEARCH [^\r]*\r\n"),
        (b"{tag} NO [LIMIT] too many\r\n", rb"\w+ SELECT [^\r]*\r\n"),
        (b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", rb"\w+ LOGIN [^\r]*\r\n"),
    ],
)
def test_a_server_that_says_no_for_once_is_asked_again(make_town, between, put, match):
    """Whatever it refuses, it is the next round's business."""
    end = "close" if b"BYE" in put else ""
    fault = Fault("answer", way="up", match=match, put=put, end=end)
    town = make_town(imap_port=between(fault).port)
    town.write(3)

    assert not town.run()
    assert fault.fired
    assert town.run()
    town.holds()


def test_one_letter_that_the_server_withholds_stops_no_other_and_is_not_given_up(make_town, between):
    """NO for one UID is a trouble that is shown; the letter comes as soon as the server gives it."""
    refusals = [
        Fault("answer", way="up", match=rb"\w+ UID FETCH [^\r]*BODY\.PEEK\[\][^\r]*\r\n", put=b"{tag} NO broken\r\n"),
        Fault("answer", way="up", match=rb"\w+ UID FETCH 2 [^\r]*\r\n", put=b"{tag} NO broken\r\n"),
    ]
    town = make_town(imap_port=between(*refusals).port)
    town.write(3)
    town.run()

    assert [fault.fired for fault in refusals] == [1, 1]
    assert len(town.answers) == 2
    assert town.rows("SELECT cursor FROM mailbox") == [(1,)]
    assert "UID 2" in town.rows("SELECT last_error FROM mailbox")[0][0]
    assert town.run()
    assert town.rows("SELECT cursor, last_error FROM mailbox") == [(3, "")]
    town.holds()


def test_a_large_letter_behind_a_crash_is_not_leapt_over(make_town, between):
    """Large letters are read after the small ones that came later; a cut in between loses none."""
    fault = Fault("reset", way="up", match=rb"BODYSTRUCTURE")
    town = make_town(imap_port=between(fault).port, mailbox="message_octets = 20000")
    town.write(1, size=50_000)
    town.write(3)

    assert not town.run()
    assert fault.fired
    assert town.rows("SELECT cursor FROM mailbox") == [(0,)]
    assert town.run()
    assert town.rows("SELECT count(*) FROM message WHERE truncated") == [(1,)]
    town.holds()


def test_a_letter_that_a_colleague_removes_meanwhile_is_noted_as_gone(make_town, between, dovecot):
    """It is in the ledger with its reason, and the rest is read."""
    fault = Fault("replace", match=rb"OK Fetch completed[^\r]*\r\n", put=b"OK Fetch completed\r\n")
    town = make_town(imap_port=between(fault).port)
    town.write(3)
    box = dovecot.maildir(town.user)
    name = next(path for path in (box / "new").iterdir() if b"p2@" in path.read_bytes()).name
    fault.find = just_before(fault.find, lambda: next(box.glob(f"*/{name}*")).unlink())  # the sizes have been told
    town.written.remove("p2@home.example")

    assert town.run()
    assert fault.fired
    assert town.rows("SELECT note FROM delivery WHERE message IS NULL") == [("gone before it was read",)]
    town.holds()


def just_before(find, deed):
    """The fault as it was, but something is done just before it happens."""

    def find_and_do(*where):
        found = find(*where)
        if found:
            deed()
        return found

    return find_and_do


def test_a_letter_that_a_server_silently_leaves_out_is_not_taken_for_gone(make_town, between):
    """Three servers have three ways to say nothing; the letter is still there, so it is asked for again."""
    fault = Fault(
        "answer", way="up", match=rb"\w+ UID FETCH [^\r]*BODY\.PEEK\[\][^\r]*\r\n", put=b"{tag} OK Fetch completed\r\n"
    )
    town = make_town(imap_port=between(fault).port)
    town.write(2)
    town.run()

    assert fault.fired
    assert town.rows("SELECT count(*) FROM delivery") == [(0,)]
    assert "does not give it" in town.rows("SELECT last_error FROM mailbox")[0][0]
    assert town.run()
    town.holds()


def test_a_change_of_uidvalidity_reads_everything_again_and_answers_nobody_twice(make_town, engine, dovecot):
    """UIDs mean nothing any more; the letters are known by what they are."""
    town = make_town(database=engine)
    town.write(4)
    assert town.run()
    first = town.rows("SELECT uidvalidity FROM mailbox")
    box = dovecot.maildir(town.user)
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache", "dovecot-uidvalidity"):
        (box / name).unlink(missing_ok=True)
    for path in box.glob("dovecot-uidvalidity.*"):
        path.unlink()
    shutil.copy2(next((box / "cur").iterdir()), box / "new" / "copy.of.the.same")
    (box / "new" / "copy.of.the.same").chmod(0o666)
    (box / "dovecot-uidlist").write_text(f"3 V{first[0][0] + 7} N1 G{'0' * 32}\n")
    (box / "dovecot-uidlist").chmod(0o666)
    new = town.write(1)
    assert town.run()

    assert town.rows("SELECT uidvalidity FROM mailbox") == [(first[0][0] + 7,)]
    assert town.rows("SELECT count(*) FROM message") == [(5,)]
    assert town.rows("SELECT count(*) FROM delivery") == [(4 + 6,)]
    assert town.answers[new[0]] == 1
    town.holds()


def test_filing_that_the_server_refuses_delays_no_letter(make_town, between):
    """Flags are a courtesy to colleagues; nothing depends on them."""
    fault = Fault("answer", way="up", match=rb"\w+ UID STORE [^\r]*\r\n", put=b"{tag} NO [OVERQUOTA] full\r\n", times=0)
    town = make_town(imap_port=between(fault).port)
    town.write(2)

    assert town.run()
    town.write(1)
    assert town.run()
    assert fault.fired
    assert town.rows("SELECT count(*) FROM delivery WHERE filed_at IS NULL") == [(3,)]
    town.holds()


def test_the_same_letter_delivered_again_is_one_letter(make_town, dovecot):
    """A relay that was unsure delivers twice; the citizen hears once."""
    town = make_town()
    town.write(1)
    dovecot.deliver(town.user, letter("p1@home.example"))
    assert town.run()
    dovecot.deliver(town.user, letter("p1@home.example"))
    assert town.run()

    assert town.rows("SELECT count(*) FROM delivery") == [(3,)]
    town.holds()
