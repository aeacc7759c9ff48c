"""One URL, two engines, and what a transaction promises."""

import threading
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select

from mailbot.model import ConfigurationError
from mailbot.storage import schema
from mailbot.storage.database import Database, insert_new, journal_mode, wal_is_safe
from mailbot.storage.locks import Lock, alone, is_free
from mailbot.storage.register import run_once_a_day
from mailbot.storage.tables import BREAKER, JOB_RUN, WORKER

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_the_journal_is_wal_only_where_the_fault_is_mended(version, safe):
    """The WAL-reset fault was mended in 3.51.3 and two back-ports."""
    assert wal_is_safe(version) is safe
    assert journal_mode(version) == ("WAL" if safe else "TRUNCATE")


def test_every_commit_reaches_the_disk(tmp_path):
    """synchronous=FULL: an acknowledged letter survives a power cut."""
    database = Database(f"sqlite:///{tmp_path}/m.db")
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request, tmp_path):
    """A database of each engine in which nothing is yet."""
    is_sqlite = request.param == "sqlite"
    opened = Database(f"sqlite:///{tmp_path}/new.db" if is_sqlite else request.getfixturevalue("postgres").new_database())
    yield opened
    opened.close()


def test_the_migrations_lead_to_the_tables_in_code(nothing):
    """Whoever adds a column adds a migration."""
    schema.upgrade(nothing)

    assert schema.differences(nothing) == []
    schema.require_current(nothing)


def test_upgrading_twice_changes_nothing(nothing):
    """`migrate` is safe to run again, and from any older schema."""
    schema.upgrade(nothing)
    with nothing.begin() as connection:
        command.downgrade(schema._config(connection), "0004")
    with pytest.raises(ConfigurationError, match="at schema 0004"):
        schema.require_current(nothing)

    schema.upgrade(nothing)
    schema.upgrade(nothing)

    assert schema.differences(nothing) == []


def test_the_newest_schema_is_known_without_loading_the_migrations():
    """It is the number before the name of the last one, as Alembic finds it too."""
    assert schema.newest() == ScriptDirectory(str(schema.MIGRATIONS)).get_current_head()


def test_an_old_schema_names_the_command_to_type(tmp_path):
    """A database without our tables is refused before anything is written to it."""
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    (tmp_path / "empty.db").touch()

    with pytest.raises(ConfigurationError, match="mailbot migrate"):
        schema.require_current(empty)
    empty.close()


@pytest.mark.parametrize("url", ["nonsense", "mongodb://x/y", "sqlite:////no/such/folder/m.db", "postgres://x"])
def test_a_bad_url_is_a_clear_error(url):
    """The reader learns how a URL is written, or that nothing is there."""
    with pytest.raises((ConfigurationError, Exception)) as caught:
        schema.require_current(Database(url))

    assert isinstance(caught.value, ConfigurationError)


def test_times_come_back_aware_and_in_utc(database):
    """Also from SQLite, which knows no time zones."""
    with database.begin() as connection:
        connection.execute(BREAKER.insert(), {"scope": "all", "opened_at": NOW, "until": NOW, "reason": ""})
    with database.read() as connection:
        assert connection.scalar(select(BREAKER.c.until)) == NOW


def test_a_naive_time_is_refused(database):
    """A time without a zone would be somebody's guess."""
    with pytest.raises(Exception, match="naive"), database.begin() as connection:
        row = {"scope": "all", "opened_at": NOW.replace(tzinfo=None), "until": NOW, "reason": ""}
        connection.execute(BREAKER.insert(), row)


def test_a_failed_block_leaves_nothing(database):
    """All of a transaction, or none of it."""
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        connection.execute(WORKER.insert(), {"id": "w", "host": "h", "pid": 1, "started_at": NOW, "beat_at": NOW})
        1 / 0  # noqa: B018

    with database.read() as connection:
        assert connection.execute(select(WORKER)).all() == []


def test_writers_wait_for_each_other(database):
    """Eight writers that read before they write all get through."""
    with database.begin() as connection:
        connection.execute(WORKER.insert(), {"id": "w", "host": "h", "pid": 0, "started_at": NOW, "beat_at": NOW})

    def add_one() -> None:
        for _ in range(10):
            with database.begin() as connection:
                pid = connection.scalar(select(WORKER.c.pid).with_for_update())
                connection.execute(WORKER.update().values(pid=pid + 1))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as connection:
        assert connection.scalar(select(WORKER.c.pid)) == 80


def test_a_second_row_with_the_same_key_is_left_out(database):
    """The same insert twice is one row, on either engine."""
    with database.begin() as connection:
        for _ in range(2):
            connection.execute(
                insert_new(connection, BREAKER), {"scope": "all", "opened_at": NOW, "until": NOW, "reason": ""}
            )

    with database.read() as connection:
        assert len(connection.execute(select(BREAKER)).all()) == 1


def test_a_lock_is_held_by_one(database):
    """The second holder is told so at once, and gets it when the first lets go."""
    first, second = Lock(database, "mailbox:corona"), Lock(database, "mailbox:corona")

    assert first.take()
    assert not second.take()
    assert not is_free(database, "mailbox:corona")
    first.release()
    assert second.take()
    second.release()


def test_locks_of_other_names_are_free(database):
    """One mailbox never waits for another."""
    with alone(database, "mailbox:corona") as mine, alone(database, "mailbox:helpt") as other:
        assert mine
        assert other


def test_a_daily_job_is_done_once_a_day(database):
    """Also when the clock strikes twice, as in the night of the winter hour."""
    done = []

    for _ in range(2):
        run_once_a_day(database, "tidy", NOW.date(), NOW, lambda _connection, now: done.append(now))

    assert done == [NOW]
    with database.read() as connection:
        assert len(connection.execute(select(JOB_RUN)).all()) == 1
