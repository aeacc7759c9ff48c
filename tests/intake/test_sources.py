"""Mailboxes as the collector sees them: over IMAP on real servers, and as a Maildir."""

import imaplib
import os
import threading
from datetime import UTC, datetime

import pytest

from mailbot.intake.imap import ImapSource
from mailbot.intake.imap_large import text_only
from mailbot.intake.maildir import MaildirSource
from mailbot.intake.parse import parse
from mailbot.intake.source import Account, Bounds, Fetched, Filing, Gone, LoginRefused, Patience, batches
from mailbot.model import Permanent, Temporary
from tests.servers.faultproxy import Fault, FaultProxy

ARRIVED = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
PATIENCE = Patience(connect=5, read=5, operation=10)


def letter(number, size=0):
    return f"From: rita@mail.example\r\nSubject: brief {number}\r\n\r\n{'x' * size or 'hulp'}\r\n".encode()


def account(server, user, **more):
    """How to reach one user's mailbox without TLS, as the tests' servers offer on loopback."""
    given = {"secret": lambda: server.users[user], "tls": "none", "patience": PATIENCE}
    return Account(server.host, server.port, user, **(given | more))


@pytest.fixture
def mailbox(imap_server):
    """An empty mailbox on each server: the server, its user, and a maker of sources that are closed at the end."""
    user = imap_server.new_user()
    made = []

    def source(**more):
        made.append(ImapSource(account(imap_server, user, **more)))
        return made[-1]

    yield imap_server, user, source
    for each in made:
        each.close()


def everything(source, uids):
    return [each for batch in source.fetch(uids) for each in batch]


def test_letters_come_with_their_octets_size_and_arrival(mailbox):
    """As the server gave them, in UTC."""
    server, user, source = mailbox
    server.deliver(user, letter(1), ARRIVED)
    box = source()
    folder = box.open()

    [found] = everything(box, box.new_uids(0))

    assert folder.count == 1
    assert found == Fetched(box.all_uids()[0], letter(1), ARRIVED, len(letter(1)))


def test_nothing_is_new_when_all_is_read(mailbox):
    """Although a server answers the last message to any question for later ones."""
    server, user, source = mailbox
    server.deliver_all(user, [letter(1), letter(2)])
    box = source()
    box.open()
    uids = box.new_uids(0)

    assert box.new_uids(uids[0]) == uids[1:]
    assert box.new_uids(uids[-1]) == []
    assert box.new_uids(uids[-1] + 100) == []


def test_batches_are_bounded_in_number_and_octets(mailbox):
    """So that a worker's memory is."""
    server, user, source = mailbox
    server.deliver_all(user, [letter(n, 400) for n in range(7)])
    box = source(bounds=Bounds(batch_messages=3, batch_octets=100_000))
    box.open()
    by_number = [len(batch) for batch in box.fetch(box.new_uids(0))]
    small = source(bounds=Bounds(batch_messages=50, batch_octets=1_000))
    small.open()

    assert by_number == [3, 3, 1]
    assert [len(batch) for batch in small.fetch(small.new_uids(0))] == [2, 2, 2, 1]


def test_a_message_that_vanished_is_gone_and_the_rest_is_read(mailbox):
    """Another program may empty the mailbox while we read."""
    server, user, source = mailbox
    server.deliver_all(user, [letter(1), letter(2)])
    box = source()
    box.open()
    uids = box.new_uids(0)
    found = everything(box, [*uids, uids[-1] + 7])

    assert [type(each) for each in sorted(found, key=lambda each: each.uid)] == [Fetched, Fetched, Gone]
    assert sorted(each.uid for each in found) == [*uids, uids[-1] + 7]


def test_a_message_over_the_limit_is_kept_by_its_headers_and_text(mailbox):
    """Its sender is answered, its picture stays on the server."""
    server, user, source = mailbox
    head = b'From: rita@mail.example\r\nSubject: foto\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    text = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWie kan helpen?\r\n"
    picture = b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 10_000 + b"\r\n--b--\r\n"
    server.deliver(user, head + text + picture)
    box = source(bounds=Bounds(message_octets=20_000))
    box.open()

    [found] = everything(box, box.new_uids(0))
    read = parse(found.octets)

    assert found.truncated
    assert found.size == len(head + text + picture)
    assert len(found.octets) < 2_000
    assert (read.subject, read.text.strip()) == ("foto", "Wie kan helpen?")
    assert "too large; only its headers and text were fetched" in read.defects


def test_judged_mail_is_flagged(mailbox):
    """People's mail with a flag, a machine's without."""
    server, user, source = mailbox
    server.deliver_all(user, [letter(1), letter(2)])
    box = source()
    box.open()
    person, machine = box.new_uids(0)
    box.file_away([person], machine=False)
    box.file_away([machine, machine + 50], machine=True)

    flags = _flags(server, user)

    assert flags[person] == {"\\Seen", "\\Flagged"}
    assert flags[machine] == {"\\Seen"}


def test_judged_mail_is_moved_to_folders_that_are_made_as_needed(mailbox):
    """Also where the town's names for them are not ASCII; what is gone already is no error."""
    server, user, source = mailbox
    server.deliver_all(user, [letter(1), letter(2)])
    box = source(filing=Filing("move", "Behandeld één", "Machine"))
    box.open()
    person, machine = box.new_uids(0)
    box.file_away([person], machine=False)
    box.file_away([person, machine], machine=True)

    other = source(folder="Behandeld één")
    assert box.open().count == 0
    assert other.open().count == 1
    assert source(folder="Machine").open().count == 1


def test_a_folder_that_is_not_there_is_one_clear_error(mailbox):
    """For a person to mend."""
    _, _, source = mailbox

    with pytest.raises(Permanent, match=r"select the folder.*mailbot check"):
        source(folder="Nergens").open()


def test_a_wrong_password_is_refused_and_said(mailbox):
    """Not tried again and again, for that may lock the account."""
    _, _, source = mailbox

    with pytest.raises(LoginRefused, match="refused"):
        source(secret=lambda: "fout").open()


def test_nobody_listening_is_worth_another_try():
    """The server may come back."""
    with pytest.raises(Temporary, match="mailbot check"):
        ImapSource(Account("127.0.0.1", 9, "x", lambda: "x", tls="none", patience=PATIENCE)).open()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_is_verified(imap_server, tls):
    """With the town's certificate it works; without it nothing is said to the server."""
    user = imap_server.new_user()
    port = imap_server.tls_port if tls == "implicit" else imap_server.starttls_port
    given = {"secret": lambda: imap_server.users[user], "tls": tls, "patience": PATIENCE}
    box = ImapSource(Account("localhost", port, user, ca_file=imap_server.ca_file, **given))
    stranger = ImapSource(Account("localhost", port, user, **given))

    assert box.open().count == 0
    with pytest.raises(Temporary, match=r"(?i)certificate"):
        stranger.open()
    box.close()


def test_a_line_cut_within_a_letter_loses_nothing(imap_server):
    """Half a letter is never kept; the next connection reads it whole."""
    user = imap_server.new_user()
    imap_server.deliver(user, letter(1, 5_000))
    fault = Fault("close", match=rb"BODY\[\] \{\d+\}\r\nFrom")
    with FaultProxy((imap_server.host, imap_server.port), fault) as proxy:
        box = ImapSource(Account(proxy.host, proxy.port, user, lambda: imap_server.users[user], tls="none", patience=PATIENCE))
        box.open()
        uids = box.new_uids(0)
        with pytest.raises(Temporary):
            everything(box, uids)
        box.open()

        assert [each.octets for each in everything(box, uids)] == [letter(1, 5_000)]
        assert fault.fired == 1
        box.close()


def test_waiting_ends_when_a_letter_arrives(mailbox):
    """IDLE wakes; the poll that follows finds the letter."""
    server, user, source = mailbox
    box = source()
    box.open()
    timer = threading.Timer(0.1, server.deliver, (user, letter(1)))
    timer.start()

    assert box.wait(20, threading.Event())
    timer.join()
    assert len(box.new_uids(0)) == 1


def test_waiting_ends_at_once_when_the_worker_stops(mailbox):
    """A stop is heard within a second."""
    _, _, source = mailbox
    box = source()
    box.open()
    stop = threading.Event()
    stop.set()

    assert not box.wait(600, stop)


def test_a_token_logs_in_by_xoauth2(dovecot):
    """As Microsoft 365 wants it; a wrong one is refused."""
    user = dovecot.new_user()
    dovecot.deliver(user, letter(1))
    box = ImapSource(account(dovecot, user, oauth=True, secret=lambda: dovecot.token(user)))

    assert box.open().count == 1
    box.close()
    with pytest.raises(LoginRefused):
        ImapSource(account(dovecot, user, oauth=True, secret=lambda: "fout")).open()


def test_uidvalidity_changes_when_a_folder_is_made_anew(mailbox):
    """So the collector knows that its cursor means nothing any more."""
    server, user, source = mailbox
    client = imaplib.IMAP4(server.host, server.port)
    client.login(user, server.users[user])
    client.create("Anders")
    before = source(folder="Anders").open().uidvalidity
    client.delete("Anders")
    client.create("Anders")
    client.logout()

    assert source(folder="Anders").open().uidvalidity != before


def _flags(server, user):
    client = imaplib.IMAP4(server.host, server.port)
    client.login(user, server.users[user])
    client.select(readonly=True)
    _, answers = client.uid("FETCH", "1:*", "(FLAGS)")
    client.logout()
    found = {}
    for answer in answers:
        text = answer.decode()
        uid = int(text.partition("UID ")[2].split()[0].rstrip(")"))
        found[uid] = set(imaplib.ParseFlags(answer) and [flag.decode() for flag in imaplib.ParseFlags(answer)]) - {"\\Recent"}
    return found


@pytest.fixture
def maildir(tmp_path):
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    return tmp_path / "box"


def drop(maildir, name, octets, part="new"):
    path = maildir / part / name
    path.write_bytes(octets)
    os.utime(path, (ARRIVED.timestamp(), ARRIVED.timestamp()))


def test_a_maildirs_letters_keep_their_number_when_another_program_reads_them(maildir):
    """The unique name counts, not the folder or the flags behind it."""
    drop(maildir, "1.a", letter(1))
    box = MaildirSource(maildir)
    before = box.new_uids(0)
    (maildir / "new" / "1.a").rename(maildir / "cur" / "1.a:2,S")

    [found] = everything(box, before)

    assert box.all_uids() == before
    assert (found.octets, found.arrived_at) == (letter(1), ARRIVED)


def test_a_maildirs_mail_is_flagged_moved_or_left(maildir):
    """As over IMAP."""
    for name in ("1.a", "2.b"):
        drop(maildir, name, letter(1))
    MaildirSource(maildir, Filing("none")).file_away(MaildirSource(maildir).all_uids(), machine=False)
    assert len(list((maildir / "new").iterdir())) == 2
    MaildirSource(maildir, Filing("flag")).file_away(MaildirSource(maildir).all_uids()[:1], machine=False)
    assert [path.name[3:] for path in (maildir / "cur").iterdir()] == [":2,FS"]
    moving = MaildirSource(maildir, Filing("move", "Klaar", "Klaar/Machine"))
    moving.file_away([*moving.all_uids(), 12345], machine=True)

    assert len(list((maildir / ".Klaar.Machine" / "cur").iterdir())) == 2
    assert moving.open().count == 0


def test_a_maildirs_large_and_vanished_letters_are_told(maildir):
    """The large one cut and marked, the other gone."""
    drop(maildir, "1.a", letter(1, 5_000))
    box = MaildirSource(maildir, bounds=Bounds(message_octets=1_000))

    found = everything(box, [*box.all_uids(), 99])

    assert {type(each) for each in found} == {Fetched, Gone}
    [kept] = [each for each in found if isinstance(each, Fetched)]
    assert kept.truncated
    assert (len(kept.octets), kept.size) == (1_000, len(letter(1, 5_000)))


def test_a_folder_that_is_no_maildir_is_one_clear_error(tmp_path):
    """With what to mend."""
    with pytest.raises(Permanent, match=r"is no Maildir.*mailbot.toml"):
        MaildirSource(tmp_path).open()


def test_batches_hold_every_letter_once():
    """One over the bounds is a batch of its own."""
    sizes = [(1, 10), (2, 10), (3, 100), (4, 10), (5, 10), (6, 10)]

    assert list(batches(sizes, Bounds(batch_messages=2, batch_octets=50))) == [[1, 2], [3], [4, 5], [6]]


def test_a_large_message_that_vanished_meanwhile_is_gone():
    """Servers answer for it with nothing."""
    assert text_only(lambda _items: {}, 10, 10) is None
