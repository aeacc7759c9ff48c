"""A backup taken while the worker runs is whole, and going back to it loses no letter."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

from mailbot.inspection import inspect


def test_a_backup_taken_alive_is_restored_and_the_gap_is_read_again(make_town):
    """As docs/operations.md tells: VACUUM INTO, copy back, start."""
    town = make_town()
    town.write(3)
    assert town.run()
    path, backup = town.folder / "data" / "mailbot.db", town.folder / "backup.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    gap = town.write(2)
    assert town.run()
    shutil.copyfile(backup, path)
    assert town.run()

    assert {address for address, times in town.answers.items() if times > 1} == set(gap)
    assert town.rows("SELECT count(*) FROM ticket") == [(5,)]
    assert town.rows("SELECT count(*) FROM delivery") == [(5,)]


def test_a_clock_that_runs_behind_its_own_letters_is_told(make_town):
    """A machine that woke in the past would answer nothing and expire everything."""
    town = make_town()
    town.write(1)
    assert {finding.what: finding.is_sound for finding in inspect(town.folder)}["clock"]
    town.later = timedelta(days=2)
    assert town.run()
    found = {finding.what: finding for finding in inspect(town.folder)}["clock"]

    assert not found.is_sound
    assert "timedatectl" in found.text
