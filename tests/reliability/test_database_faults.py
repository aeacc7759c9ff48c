"""A database that is full, locked, damaged or cut off costs time, never a letter and never a second answer."""

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mailbot.model import MailbotError, Temporary
from mailbot.outbox.smtp import pump
from mailbot.place import database_url
from mailbot.storage import database as storage
from tests.servers.faultproxy import Fault, FaultProxy
from tests.servers.smtp_sink import SmtpSink

ROOT = Path(__file__).parent.parent.parent


def mailbot(town, *words, **how):
    line = [sys.executable, "-m", "mailbot", "-C", str(town.folder), *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, **how)


def test_a_full_disk_ends_with_try_later_and_leaves_the_letters_on_the_server(make_town):
    """No flag is set for a letter that could not be kept, and nobody is answered from memory."""
    town = make_town()
    town.write(3, size=200_000)
    room = (town.folder / "data" / "mailbot.db").stat().st_size + 50_000
    limited = mailbot(town, "run", "--once", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))

    assert limited.returncode == 75, limited.stderr
    assert "Traceback" not in limited.stderr
    assert not town.answers
    assert not [
        path for path in (town.dovecot.maildir(town.user) / "cur").iterdir() if "S" in path.name.partition(",")[2]
    ]
    assert town.run()
    town.holds()


def test_a_locked_database_is_waited_for_and_then_left_for_later(make_town, monkeypatch):
    """Another program that holds the file for too long costs a round, not a letter."""
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.2)
    town = make_town()
    town.write(2)
    opened = town.open()
    with closing(sqlite3.connect(town.folder / "data" / "mailbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Temporary, match="locked"):
            storage.Database(database_url(town.folder)).begin().__enter__()
        other.execute("ROLLBACK")
    opened.office.database.close()

    assert town.run()
    town.holds()


def test_an_outcome_that_the_database_will_not_take_is_not_forgotten(make_town, monkeypatch):
    """The relay accepted it while the file was locked; once it is free, `sent` is written and nothing goes twice."""
    import asyncio

    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.1)
    town = make_town()
    path = town.folder / "data" / "mailbot.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with SmtpSink(deliver=lambda _mail: other.in_transaction or other.execute("BEGIN IMMEDIATE")) as sink:
        town.sink = sink
        settings = town.folder / "mailbot.toml"
        settings.write_text(settings.read_text().replace("connections = 2", f"connections = 2 # {sink.port}"))
        relay = f'[smtp]\nhost = "127.0.0.1"\nport = {sink.port}'
        text = settings.read_text()
        start = text.index("[smtp]")
        settings.write_text(text[:start] + relay + text[text.index("\ntls", start) :])
        town.write(3)
        opened = town.open()
        from mailbot import steps

        source = opened.boxes["corona"].connect()
        steps.collect(opened.office, "corona", source, opened.boxes["corona"].cutoff)
        source.close()
        while steps.judge(opened.office):
            pass
        with pytest.raises(Temporary):
            asyncio.run(pump(opened.delivery, stop=None))
        assert opened.delivery.unrecorded
        other.execute("ROLLBACK")
        sink.deliver = None
        assert asyncio.run(pump(opened.delivery, stop=None))
        opened.office.database.close()
        other.close()
        assert town.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert town.rows("SELECT count(*) FROM attempt WHERE outcome = 'unknown'") == [(0,)]
        assert set(town.answers.values()) == {1}
        assert town.run()
        town.holds()


def test_a_damaged_file_stops_the_worker_at_once(make_town):
    """Nothing more is written to it, and the reader is sent to the backup."""
    town = make_town()
    town.write(2)
    assert town.run()
    path = town.folder / "data" / "mailbot.db"
    octets = bytearray(path.read_bytes())
    octets[4096 : len(octets)] = b"\xa5" * (len(octets) - 4096)
    path.write_bytes(octets)
    for words in (("run", "--once"), ("list",), ("doctor", "--offline")):
        told = mailbot(town, *words)

        assert told.returncode in {2, 75}, (words, told.stderr)
        assert "Traceback" not in told.stderr, told.stderr
        assert "backup" in told.stderr


@pytest.mark.parametrize("number", [0, 3, 6, 9])
def test_a_line_to_postgresql_cut_at_any_commit_loses_and_doubles_nothing(make_town, postgres, postgresql, number):
    """Whether the commit took place is not guessed: what is there is looked up by its key, or done again."""
    fault = Fault("reset", way="up", match=rb"COMMIT", skip=number)
    town = make_town(database=postgresql)
    with FaultProxy((postgres.host, postgres.port), fault) as proxy:
        settings = town.folder / "mailbot.toml"
        direct = settings.read_text()
        settings.write_text(direct.replace(f":{postgres.port}/", f":{proxy.port}/"))
        town.write(4)
        with suppress(MailbotError):
            town.run()
        settings.write_text(direct)
    assert fault.fired
    for _ in range(2):
        town.run()

    from datetime import timedelta

    town.later = timedelta(minutes=11)
    town.run()
    town.holds()
