"""A desk on a private Dovecot and a sink, with whatever stands between them, and what must hold at the end of it."""

from __future__ import annotations

import base64
import itertools
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli.setup import make_folder
from mailbot.inspection import ask_servers
from mailbot.opening import Opened, open_desk
from mailbot.place import database_url
from mailbot.storage import schema
from mailbot.storage.database import Database
from mailbot.storage.ledger import balance
from mailbot.worker import run_once
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import Mail, SmtpSink

ADDRESS = "corona@leuven.example"
WORDS = "Ik wil graag helpen met boodschappen in Heverlee. Ik heb een fiets."
SETTINGS = """\
host = "leuven.example"
{database}
[mailboxes.corona]
address = "{address}"
since = 2000-01-01
host = "127.0.0.1"
port = {imap_port}
tls = "none"
user = "{user}"
password = "{password}"
connect_seconds = 2
read_seconds = 2
deadline_seconds = 3
{mailbox}

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
connections = 2
connect_seconds = 2
read_seconds = 2
data_seconds = 2
{relay}
"""


@dataclass
class Town:
    """A desk and its servers; `answers` are the mails that citizens got."""

    folder: Path
    dovecot: Dovecot
    user: str
    sink: SmtpSink
    written: list[str] = field(default_factory=list)
    later: timedelta = timedelta()
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def write(self, count: int = 1, size: int = 0) -> list[str]:
        """So many citizens write; their addresses."""
        new = [f"p{next(self.numbers)}@home.example" for _ in range(count)]
        for sender in new:
            self.dovecot.deliver(self.user, letter(sender, size))
        self.written += new
        return new

    def open(self) -> Opened:
        return open_desk(self.folder, lambda: datetime.now(UTC) + self.later)

    def run(self) -> bool:
        """One round of the worker, as `run --once` takes it."""
        return run_once(self.open())

    def rows(self, sql: str) -> list[tuple]:
        database = Database(database_url(self.folder))
        with database.read() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(sql)]
        database.close()
        return found

    @property
    def answers(self) -> Counter[str]:
        return Counter(mail.recipients[0] for mail in self.mails())

    def mails(self) -> Iterable[Mail]:
        return [mail for mail in self.sink.mails if mail.recipients[0].endswith("@home.example")]

    def holds(self, *, answered: bool = True) -> None:
        """Every letter in the ledger once, one ticket each, one answer each; a second only where that is recorded."""
        database = Database(database_url(self.folder))
        with database.read() as connection:
            found = balance(connection, ask_servers(self.folder))
        database.close()
        assert found.unexplained == 0, found
        senders = Counter(sender for (sender,) in self.rows("SELECT sender_email FROM message"))
        assert senders == Counter(self.written)
        tickets = Counter(sender for (sender,) in self.rows("SELECT requester_email FROM ticket"))
        assert tickets == Counter(self.written)
        unknown = "SELECT o.recipient FROM attempt a JOIN outbox o ON o.id = a.outbox WHERE a.outcome = 'unknown'"
        recorded = {recipient for (recipient,) in self.rows(unknown)}
        assert {address for address, times in self.answers.items() if times > 1} <= recorded
        assert not answered or set(self.answers) == set(self.written)


def letter(sender: str, size: int = 0) -> bytes:
    """A letter of a citizen, with an attachment of some `size` where that is asked."""
    head = (
        f"From: {sender}\r\nTo: {ADDRESS}\r\nSubject: hulp\r\nMessage-ID: <{sender}>\r\n"
        "Date: Mon, 16 Mar 2020 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    )
    if not size:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n".encode()
    attached = base64.encodebytes(random.Random(sender).randbytes(size * 3 // 4)).decode().replace("\n", "\r\n")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{WORDS}\r\n'
        "--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{attached}--b--\r\n"
    ).encode()


@pytest.fixture(scope="session")
def blank(tmp_path_factory) -> Path:
    """A new desk's folder, made once and copied."""
    folder = tmp_path_factory.mktemp("blank") / "desk"
    make_folder(folder, {"corona": ADDRESS}, "127.0.0.1", "127.0.0.1", date(2000, 1, 1))
    return folder


@pytest.fixture(scope="session")
def blank_database(postgres) -> str:
    """The name of a migrated database on PostgreSQL, made once and copied."""
    url = postgres.new_database()
    opened = Database(url)
    schema.upgrade(opened)
    opened.close()
    return url.rpartition("/")[2]


@pytest.fixture
def make_town(tmp_path, dovecot, sink, blank) -> Callable[..., Town]:
    """Make a desk; ports default to the servers themselves, the database to SQLite."""

    def make(*, imap_port: int = 0, smtp_port: int = 0, database: str = "", mailbox: str = "", relay: str = "") -> Town:
        user, folder = dovecot.new_user(), tmp_path / "desk"
        shutil.copytree(blank, folder)
        settings = SETTINGS.format(
            address=ADDRESS,
            database=f'database = "{database}"' if database else "",
            imap_port=imap_port or dovecot.port,
            smtp_port=smtp_port or sink.port,
            user=user,
            password=dovecot.users[user],
            mailbox=mailbox,
            relay=relay,
        )
        (folder / "mailbot.toml").write_text(settings)
        return Town(folder, dovecot, user, sink)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request) -> str:
    """The URL of a new desk's database on each engine; empty for the SQLite file that a desk has by itself."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


@pytest.fixture
def postgresql(postgres, blank_database) -> str:
    """The URL of a new desk's database on PostgreSQL."""
    return postgres.new_database(like=blank_database)
