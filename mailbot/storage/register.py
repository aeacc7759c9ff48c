"""Who works and what was done today: workers and daily jobs. Whether a worker lives is asked of `locks`."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection, delete, update

from mailbot.storage.database import Database, insert_new
from mailbot.storage.tables import JOB_RUN, WORKER


def register(database: Database, worker: str, now: datetime) -> None:
    """Note that a worker has begun."""
    row = {"id": worker, "host": socket.gethostname(), "pid": os.getpid(), "started_at": now, "beat_at": now}
    with database.begin() as connection:
        connection.execute(delete(WORKER).where(WORKER.c.id == worker))
        connection.execute(WORKER.insert(), row)


def beat(database: Database, worker: str, now: datetime) -> None:
    """Note that a worker is still at it, for people who look; nothing is decided by it."""
    with database.begin() as connection:
        connection.execute(update(WORKER).where(WORKER.c.id == worker).values(beat_at=now))


def sign_off(database: Database, worker: str) -> None:
    """Note that a worker has ended in good order."""
    with database.begin() as connection:
        connection.execute(delete(WORKER).where(WORKER.c.id == worker))


def run_once_a_day(
    database: Database, job: str, local_date: date, now: datetime, work: Callable[[Connection, datetime], None]
) -> bool:
    """Do a daily job in the transaction that notes it as done; False where it was done for that date already.

    APScheduler fires a daily job twice in the night the clock goes back, and workers may be several.
    """
    with database.begin() as connection:
        mark = insert_new(connection, JOB_RUN).returning(JOB_RUN.c.job)
        is_first = connection.execute(mark, {"job": job, "local_date": local_date, "at": now}).first() is not None
        if is_first:
            work(connection, now)
        return is_first
