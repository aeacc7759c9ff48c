"""What collecting keeps: letters once, deliveries each, cursors that never pass what is not kept."""

import base64
import random
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from mailbot.intake import store
from mailbot.intake.source import Fetched
from mailbot.model import MessageState
from mailbot.storage.database import Database
from mailbot.storage.tables import DELIVERY, MAILBOX, MESSAGE
from tests.ready import new_database

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
CUTOFF = datetime(2020, 3, 13, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    """An empty database of each engine."""
    opened = Database(new_database(request, tmp_path))
    yield opened
    opened.close()


def fetched(uid, text="hulp", at=NOW):
    octets = f"Message-ID: <{text}@mail.example>\r\nFrom: rita@mail.example\r\n\r\n{text}\r\n".encode()
    return Fetched(uid, octets, at, len(octets))


def keep(database, mailbox, *letters, uidvalidity=1, gone=()):
    last = max([each.uid for each in letters] + [uid for uid, _ in gone])
    return store.keep(database, store.Batch(mailbox, uidvalidity, letters, gone, last), CUTOFF, NOW)


def count(database, table):
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def cursor(database, mailbox):
    with database.read() as connection:
        return connection.scalar(select(MAILBOX.c.cursor).where(MAILBOX.c.name == mailbox))


@pytest.mark.parametrize("size", [0, 1, store.ATTACHED // 2, store.ATTACHED * 4])
def test_a_message_is_kept_to_the_octet_and_its_attachments_take_less(size):
    """Big or small; base64 loses the quarter that it adds."""
    octets = base64.encodebytes(random.Random(1).randbytes(size))

    packed = store.pack(octets)

    assert zlib.decompress(packed) == octets
    assert size < 2 or len(packed) < 0.8 * len(octets)


def test_a_letter_to_both_addresses_is_one_message_with_two_deliveries(database):
    """It becomes one ticket and gets one answer."""
    for mailbox in ("corona", "helpt"):
        store.open_folder(database, mailbox, 1, 1)

    assert keep(database, "corona", fetched(1)) == 1
    assert keep(database, "helpt", fetched(9)) == 0
    assert (count(database, MESSAGE), count(database, DELIVERY)) == (1, 2)


def test_a_batch_kept_twice_changes_nothing(database):
    """As after a crash between keeping and the next step."""
    store.open_folder(database, "corona", 1, 2)
    for _ in range(2):
        keep(database, "corona", fetched(1, "a"), fetched(2, "b"), fetched(3, "a"), gone=[(4, "gone")])

    assert (count(database, MESSAGE), count(database, DELIVERY)) == (2, 4)
    assert cursor(database, "corona") == 4


def test_a_new_uidvalidity_rescans_and_judges_nothing_twice(database):
    """The same letters under new numbers are deliveries of messages that are there already."""
    store.open_folder(database, "corona", 1, 1)
    keep(database, "corona", fetched(5, "a"))
    [waiting] = store.claim(database, "worker", 10)

    assert store.open_folder(database, "corona", 2, 2) == 0
    assert keep(database, "corona", fetched(1, "a"), fetched(2, "b"), uidvalidity=2) == 1
    assert [each.octets for each in store.claim(database, "other", 10)] == [fetched(2, "b").octets]
    assert waiting.octets == fetched(5, "a").octets


def test_the_cursor_is_kept_while_uidvalidity_is(database):
    """So nothing is read twice, and a late batch never turns it back."""
    store.open_folder(database, "corona", 1, 9)
    keep(database, "corona", fetched(7))
    keep(database, "corona", fetched(3, "later"))

    assert store.open_folder(database, "corona", 1, 9) == 7
    assert store.known_uids(database, "corona", 1, [3, 4, 7]) == {3, 7}


def test_mail_from_before_the_cutoff_is_kept_and_never_judged(database):
    """The archive of years comes in silently."""
    store.open_folder(database, "corona", 1, 1)
    keep(database, "corona", fetched(1, at=CUTOFF - timedelta(days=400)))

    assert count(database, MESSAGE) == 1
    assert store.claim(database, "worker", 10) == []


def test_two_workers_never_claim_one_letter(database):
    """Each gets its own."""
    store.open_folder(database, "corona", 1, 4)
    keep(database, "corona", *(fetched(n, f"brief {n}") for n in range(1, 5)))
    first, second = store.claim(database, "a", 3), store.claim(database, "b", 3)

    assert (len(first), len(second)) == (3, 1)
    assert not {each.id for each in first} & {each.id for each in second}
    assert store.claim(database, "c", 3) == []


def test_what_a_dead_worker_claimed_is_freed_and_a_living_ones_is_not(database):
    """By whether it still lives, not by a clock."""
    store.open_folder(database, "corona", 1, 2)
    keep(database, "corona", fetched(1, "a"), fetched(2, "b"))
    store.claim(database, "dead", 1)
    store.claim(database, "alive", 1)

    assert store.release(database, lambda worker: worker == "alive") == 1
    assert len(store.claim(database, "next", 10)) == 1


def test_a_letter_that_ends_its_worker_is_tried_alone_and_then_set_apart(database):
    """The fifth time it is quarantined, and all others went on before it."""
    store.open_folder(database, "corona", 1, 3)
    keep(database, "corona", fetched(1, "a"), fetched(2, "b"))
    store.claim(database, "dead", 10)
    store.release(database, lambda _worker: False)
    keep(database, "corona", fetched(3, "c"))

    assert [each.octets for each in store.claim(database, "next", 10)] == [fetched(3, "c").octets]
    for _ in range(12):
        assert len(store.claim(database, "dead", 10)) <= 1
        store.release(database, lambda worker: worker == "next")
    with database.read() as connection:
        states = connection.execute(select(MESSAGE.c.state, MESSAGE.c.reason).order_by(MESSAGE.c.id)).all()
    assert [row.state for row in states[:2]] == [MessageState.QUARANTINED] * 2
    assert "five times" in states[0].reason


def test_a_worker_that_stops_gives_its_letters_back_untried(database):
    """They do not count as attempts."""
    store.open_folder(database, "corona", 1, 1)
    keep(database, "corona", fetched(1))
    [claimed] = store.claim(database, "a", 1)
    store.unclaim(database, [claimed.id])

    assert store.claim(database, "b", 1)[0].attempts == 1


def test_quarantine_and_replay(database):
    """Set apart with its reason, and put back in line when the fault is mended."""
    store.open_folder(database, "corona", 1, 1)
    keep(database, "corona", fetched(1))
    [claimed] = store.claim(database, "a", 1)
    store.quarantine(database, claimed.id, "ValueError: x", NOW)

    assert store.claim(database, "a", 1) == []
    with database.begin() as connection:
        assert store.requeue(connection, claimed.id)
        assert not store.requeue(connection, claimed.id)
    assert [each.id for each in store.claim(database, "a", 1)] == [claimed.id]


def test_only_judged_mail_is_filed_and_only_once(database):
    """What waits for judgement stays where the mailbox's people see it."""
    store.open_folder(database, "corona", 1, 2)
    keep(database, "corona", fetched(1, "a"), fetched(2, "b"))
    [claimed] = store.claim(database, "w", 1)
    store.quarantine(database, claimed.id, "x", NOW)
    [unfiled] = store.unfiled(database, "corona", 1, 10)
    store.mark_filed(database, [unfiled.delivery], NOW)

    assert unfiled.uid == 1
    assert store.unfiled(database, "corona", 1, 10) == []


def test_a_failing_mailbox_says_since_when(database):
    """The first failure counts, and a success ends it."""
    store.note_failure(database, "corona", "no answer", NOW)
    store.note_failure(database, "corona", "no answer still", NOW + timedelta(hours=1))
    with database.read() as connection:
        row = connection.execute(select(MAILBOX)).one()
    assert (row.failing_since, row.last_error) == (NOW, "no answer still")
    store.note_success(database, "corona", NOW)
    with database.read() as connection:
        assert connection.execute(select(MAILBOX.c.failing_since)).scalar_one() is None
