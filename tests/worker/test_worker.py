"""The worker as it runs: woken by IDLE, certain by polling, ended by SIGTERM, and heard when something is silent."""

import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.forker import Forker
from mailbot import steps, vigil, worker
from mailbot.intake import store as intake
from mailbot.model import OutboxState
from mailbot.storage.tables import OUTBOX
from tests.servers import daemons
from tests.servers.faultproxy import Fault, FaultProxy
from tests.servers.smtp_sink import Plan


@pytest.fixture(scope="module")
def forker():
    """Workers that start in a blink."""
    with Forker() as running:
        yield running


@pytest.fixture
def running(forker):
    """The worker in a process of its own; at the end it is told to stop, and must end in good order."""

    @contextmanager
    def run(town):
        pid, ended = forker.start(town.folder), False
        try:
            daemons.wait_until(lambda: is_signed_on(town, pid), "the worker signs on")
            yield
            ended = True
            code = forker.stop(pid)
            assert code == 0, (town.folder / "log").read_text()
        finally:
            if not ended:
                forker.kill(pid)

    return run


def is_signed_on(town, pid):
    with closing(sqlite3.connect(town.folder / "data" / "mailbot.db", timeout=10)) as connection:
        return connection.execute("SELECT count(*) FROM worker WHERE pid = ?", (pid,)).fetchone() == (1,)


def test_a_letter_is_answered_when_it_comes_and_not_when_the_poll_is_due(make_town, running, dovecot):
    """IDLE wakes the desk; the poll would come in an hour."""
    town = make_town(mailbox="poll_seconds = 3600")
    with running(town):
        town.write(1)
        town.sink.wait_for(1, 20)
        town.write(1)
        town.sink.wait_for(2, 20)
    town.holds()


def test_a_server_that_cannot_idle_is_polled(make_town, running, dovecot):
    """The poll is the truth; without IDLE it is all there is."""
    deaf = Fault("replace", match=rb"\bIDLE\b", put=b"XNONE", times=0)
    with FaultProxy((dovecot.host, dovecot.port), deaf) as proxy:
        town = make_town(imap_port=proxy.port, mailbox="poll_seconds = 0.2")
        with running(town):
            town.write(1)
            town.sink.wait_for(1, 20)
            town.write(1)
            town.sink.wait_for(2, 20)
        town.holds()
    assert deaf.fired


def test_a_wait_whose_line_is_dead_ends_with_the_next_poll(make_town, running, dovecot):
    """The server says nothing more, and nobody tells us: the poll finds out, and connects anew."""
    dead = Fault("hang", match=rb"\+ idling\r\n")
    with FaultProxy((dovecot.host, dovecot.port), dead) as proxy:
        town = make_town(imap_port=proxy.port, mailbox="poll_seconds = 0.5")
        with running(town):
            daemons.wait_until(lambda: dead.fired, "the line dies")
            town.write(1)
            town.sink.wait_for(1, 30)
        town.holds()


def test_letters_flow_again_after_the_mail_server_was_away(make_town, running, dovecot):
    """Nobody is needed for it."""
    cuts = Fault("close", match=rb"\+ idling\r\n", times=2)
    with FaultProxy((dovecot.host, dovecot.port), cuts) as proxy:
        town = make_town(imap_port=proxy.port, mailbox="poll_seconds = 0.5")
        with running(town):
            daemons.wait_until(lambda: cuts.fired == 2, "the line is cut twice", 30)
            town.write(2)
            town.sink.wait_for(2, 30)
        town.holds()


@pytest.mark.parametrize(
    ("imap", "smtp"),
    [
        (None, None),
        (Fault("hang", match=rb"BODY\[\] \{\d+\}\r\n.{60}"), None),
        (None, Plan("dot", "hang", keep=True)),
        (None, Plan("rcpt", "hang")),
    ],
    ids=["at rest", "in the middle of a letter", "after the final dot", "before DATA"],
)
def test_sigterm_ends_the_worker_and_leaves_no_claim(make_town, running, dovecot, imap, smtp):
    """Also while a server hangs: what may have left is `unknown`, what has not is queued."""
    with FaultProxy((dovecot.host, dovecot.port), *([imap] if imap else [])) as proxy:
        town = make_town(imap_port=proxy.port, relay="")
        settings = town.folder / "mailbot.toml"
        settings.write_text(
            settings.read_text().replace("_seconds = 2", "_seconds = 60").replace("_seconds = 3", "_seconds = 60")
        )
        if smtp:
            town.sink.plan(smtp)
        with running(town):
            town.write(2)
            if imap or smtp:
                daemons.wait_until(lambda: (imap or smtp).fired, "the server hangs")
            else:
                town.sink.wait_for(2, 20)
    states = {state for (state,) in town.rows("SELECT state FROM outbox")}
    assert "claimed" not in states
    assert ("unknown" in states) is bool(smtp and smtp.stage == "dot")
    assert town.rows("SELECT count(*) FROM worker") == [(0,)]


def test_a_second_signal_is_not_needed_and_a_second_worker_may_follow(make_town, running):
    """A new worker takes over at once, with nothing to wait for."""
    town = make_town(mailbox="poll_seconds = 0.5")
    for number in (1, 2):
        with running(town):
            town.write(1)
            town.sink.wait_for(number, 20)
    town.holds()
    locks = [path.name for path in (town.folder / "data" / "mailbot.db.locks").iterdir()]
    assert len([name for name in locks if name.startswith("worker_")]) <= 1


def test_a_part_of_the_worker_that_falls_to_a_bug_ends_it_all(make_town, monkeypatch):
    """Half a worker that looks alive is worse than one that the service manager starts anew."""
    from mailbot.model import Temporary

    def fall(_opened, _calls):
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "judge", fall)
    with pytest.raises(Temporary, match="fault that its log names"):
        worker.run(make_town().open())


def test_a_mailbox_that_fails_is_told_to_the_system_once(make_town):
    """After five minutes, with the next step, and not again for the same trouble."""
    town = make_town(imap_port=daemons.free_port())
    rules = town.folder / "rules.yaml"
    assert "system:" in rules.read_text()
    assert not town.run()
    for minutes in (1, 6, 7, 20):
        town.later = timedelta(minutes=minutes)
        opened = town.open()
        intake.note_failure(opened.office.database, "corona", "refused", opened.office.clock())
        vigil.watch_mailboxes(opened)
        opened.office.database.close()

    alerts = town.rows("SELECT purpose, octets FROM outbox")
    assert [purpose for purpose, _ in alerts] == ["alert"]
    assert b"corona" in bytes(alerts[0][1])
    assert b"mailbot check" in bytes(alerts[0][1])


def test_mail_that_may_be_lost_is_told_to_the_system_once(make_town):
    """Not what goes again by itself, and again only when there is more of it."""
    town = make_town()
    town.write(3)
    assert town.run()
    first, second, third = (number for (number,) in town.rows("SELECT id FROM outbox ORDER BY id"))
    told = []
    for number, attempts in ((first, 1), (second, 2), (second, 2), (third, 2)):
        opened = town.open()
        with opened.office.database.begin() as connection:
            changed = {"state": OutboxState.UNKNOWN, "attempts": attempts}
            connection.execute(OUTBOX.update().where(OUTBOX.c.id == number).values(changed))
        vigil.watch_mailboxes(opened)
        opened.office.database.close()
        told += town.rows("SELECT count(*) FROM outbox WHERE purpose = 'alert'")

    assert told == [(0,), (1,), (1,), (2,)]
    last = bytes(town.rows("SELECT octets FROM outbox WHERE purpose = 'alert' ORDER BY id DESC")[0][0])
    assert b"mailbot outbox list --state unknown" in last
    assert b"2 mails" in last


def test_a_mailbox_that_falls_silent_by_day_is_told_and_by_night_is_not(make_town):
    """Nothing for an hour while the desk is open means that something is broken."""
    town = make_town()
    town.write(1)
    day = datetime(2020, 3, 16, 10, 0, tzinfo=UTC)
    moments = (day, day.replace(hour=3), day + timedelta(days=1), day + timedelta(days=1, minutes=5))
    for at, told in zip(moments, (0, 0, 1, 1), strict=True):
        opened = town.open()
        opened = replace(opened, office=replace(opened.office, clock=lambda at=at: at))
        if at == day:
            source = opened.boxes["corona"].connect()
            steps.collect(opened.office, "corona", source, opened.boxes["corona"].cutoff)
            source.close()
        vigil.watch_mailboxes(opened)
        opened.office.database.close()

        assert town.rows("SELECT count(*) FROM outbox WHERE purpose = 'alert'") == [(told,)], at


def test_daily_work_is_done_once_for_a_local_date_whoever_comes_to_it(make_town, engine, monkeypatch):
    """Two workers whose clocks strike together, and one whose clock strikes twice in the night of the winter hour."""
    town = make_town(database=engine)
    done = []
    monkeypatch.setattr(vigil, "tidy", lambda _connection, now: done.append(now))
    openings = [town.open() for _ in range(2)]
    threads = [threading.Thread(target=worker._tidy, args=(opened,)) for opened in openings for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for opened in openings:
        opened.office.database.close()

    assert len(done) == 1


def test_a_mailbox_lock_that_is_lost_is_noticed(make_town, postgres, postgresql):
    """A PostgreSQL that was started anew has forgotten who holds what."""
    import psycopg

    from mailbot.storage.locks import Lock

    town = make_town(database=postgresql)
    opened = town.open()
    lock = Lock(opened.office.database, "mailbox:corona")
    assert lock.take()
    assert lock.holds()
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    assert not lock.holds()
    lock.release()
    assert lock.take()
    lock.release()
    opened.office.database.close()
