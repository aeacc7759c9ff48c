"""A private PostgreSQL cluster (Debian's postgresql), on loopback, without fsync, gone afterwards.

    with Postgres() as server:
        Database(server.new_database())

Runs as the user postgres where we are root, and as ourselves elsewhere.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from mailbot.storage.database import Database
from mailbot.storage.schema import upgrade
from tests.servers import daemons
from tests.servers.daemons import Unavailable

QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "log_min_messages=warning")


def programs() -> Path:
    """Where initdb and postgres are: the newest of Debian's versions, or the PATH. Raises Unavailable."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    if not found and elsewhere is None:
        raise Unavailable("PostgreSQL is not installed (Debian: postgresql)")
    return (found[-1] if found else Path(str(elsewhere))).parent


class Postgres:
    """The cluster. `url` is its first database; `new_database` makes an empty one in some 30 ms."""

    name = "postgresql"
    host = "127.0.0.1"

    def __enter__(self) -> Postgres:
        folder = programs()
        self._numbers = itertools.count(1)
        self._migrated: str | None = None
        with ExitStack() as stack:
            self.base = stack.enter_context(daemons.folder_for("postgres"))
            self.port = daemons.free_port()
            owner = daemons.user_for("postgres")
            if daemons.is_root():
                os.chown(self.base, owner.pw_uid, owner.pw_gid)
            self._make(folder)
            stack.enter_context(daemons.running(self._command(folder), self.base / "log", owner, daemons.QUICK_STOP))
            daemons.wait_until(self._answers, "PostgreSQL")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return self._url("postgres")

    def new_database(self, like: str = "template0") -> str:
        """The URL of a database of its own: empty, or `like` one that nobody is connected to."""
        import psycopg

        name = f"test_{next(self._numbers)}"
        with psycopg.connect(**self._where(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self._url(name)

    def migrated_database(self) -> str:
        """The URL of a database of its own that has the newest schema and nothing in it."""
        if self._migrated is None:
            url = self.new_database()
            database = Database(url)
            upgrade(database)
            database.close()
            self._migrated = url.rpartition("/")[2]
        return self.new_database(like=self._migrated)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@{self.host}:{self.port}/{name}"

    def _where(self) -> dict[str, object]:
        return {"host": self.host, "port": self.port, "user": "postgres", "dbname": "postgres"}

    def _make(self, folder: Path) -> None:
        options = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres")
        line = [str(folder / "initdb"), f"--pgdata={self.base / 'cluster'}", *options]
        done = subprocess.run(line, capture_output=True, text=True, **daemons.as_user(daemons.user_for("postgres")))
        if done.returncode:
            raise Unavailable(f"PostgreSQL: initdb failed: {done.stderr[-300:]}")

    def _command(self, folder: Path) -> list[str]:
        where = (f"listen_addresses={self.host}", f"port={self.port}", f"unix_socket_directories={self.base}")
        settings = [f"--{each}" for each in (*where, *QUICK)]
        return [str(folder / "postgres"), "-D", str(self.base / "cluster"), *settings]

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(**self._where(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True
