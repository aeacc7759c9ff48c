"""A whole desk on the embedded mail server: folder, settings, mailboxes, and citizens' inboxes."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from mailbot.cli.demo import MAILBOXES, write_desk
from mailbot.demo.server import EmbeddedMail
from mailbot.inspection import ask_servers
from mailbot.opening import Opened, open_desk
from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.storage.ledger import Balance, balance
from mailbot.worker import run_once
from tests.ready import make_folder

REQUEST = "Wie kan er deze week boodschappen doen voor mijn vader in Kessel-Lo? Hij is 81. Bel gerust: 0470 00 00 15."
QUESTION = "Mag ik mijn kleinkinderen nog zien?"


@dataclass
class TestDesk:
    """A desk in a folder, and the mail server it works with."""

    __test__ = False

    folder: Path
    mail: EmbeddedMail
    stays_open: bool = False
    opened: tuple[tuple[str, ...], Opened] | None = None
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def write(
        self,
        words: str,
        *,
        sender: str = "maria@home.example",
        to: str = "leuven_helpt",
        subject: str = "bericht",
        extra: str = "",
    ) -> str:
        """A citizen writes; the Message-ID of the letter."""
        identifier = f"<{next(self.numbers)}.test@{sender.partition('@')[2]}>"
        head = (
            f"From: {sender}\r\nTo: {MAILBOXES[to]}\r\nSubject: {subject}\r\nMessage-ID: {identifier}\r\n"
            f"Date: Mon, 16 Mar 2020 09:00:00 +0100\r\n{extra}Content-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        self.mail.deliver(to, [head.encode() + words.replace("\n", "\r\n").encode()])
        return identifier

    def open(self) -> Opened:
        """The desk, opened anew as after a restart, or once for as long as its files stay the same."""
        if not self.stays_open:
            return open_desk(self.folder)
        written = tuple((self.folder / name).read_text() for name in ("mailbot.toml", "rules.yaml"))
        if self.opened is None or self.opened[0] != written:
            self.opened = (written, open_desk(self.folder))
        return self.opened[1]

    def run(self) -> bool:
        """One round of the worker."""
        return run_once(self.open())

    def balance(self) -> Balance:
        database = Database(database_url(self.folder))
        with database.read() as connection:
            found = balance(connection, ask_servers(self.folder))
        database.close()
        return found

    def rows(self, sql: str) -> list[tuple]:
        database = Database(database_url(self.folder))
        with database.read() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(sql)]
        database.close()
        return found


@pytest.fixture
def make_desk(tmp_path) -> Callable[..., TestDesk]:
    """Make a desk; at the end of every test its ledger must balance."""
    made: list[TestDesk] = []

    def make(answer=None, name: str = "desk", database: str = "") -> TestDesk:
        mail = EmbeddedMail(MAILBOXES, *([answer] if answer else []))
        mail.start()
        folder = tmp_path / name
        make_folder(folder, MAILBOXES, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
        write_desk(folder, mail)
        if database:
            use_database(folder, database)
        desk = TestDesk(folder, mail)
        made.append(desk)
        return desk

    yield make
    try:
        for desk in made:
            assert desk.balance().unexplained == 0
    finally:
        for desk in made:
            desk.mail.stop()


def use_database(folder: Path, url: str) -> None:
    """Let a new desk keep everything in a migrated database elsewhere than in its own file."""
    settings = folder / "mailbot.toml"
    settings.write_text(f'database = "{url}"\n' + settings.read_text())


@pytest.fixture
def desk(request, make_desk) -> TestDesk:
    """A desk on SQLite, or on the engine that a test is marked with."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return make_desk()
    return make_desk(database=request.getfixturevalue("postgres").migrated_database())


@pytest.fixture(scope="session")
def answered_desk(tmp_path_factory):
    """A desk on which Maria's and Jef's letters were judged, to be copied; its mail server is gone."""
    folder = tmp_path_factory.mktemp("answered") / "desk"
    with EmbeddedMail(MAILBOXES) as mail:
        make_folder(folder, MAILBOXES, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
        write_desk(folder, mail)
        made = TestDesk(folder, mail)
        made.write(REQUEST, subject="hulp voor vader")
        made.write(QUESTION, subject="vraagje", sender="jef@home.example")
        made.run()
    return made


@pytest.fixture
def quiet(answered_desk, tmp_path):
    """A copy of that desk: tickets 1 (Maria's request) and 2 (Jef's question), and no mail server."""
    return TestDesk(shutil.copytree(answered_desk.folder, tmp_path / "quiet"), answered_desk.mail)


on_both_engines = pytest.mark.parametrize("desk", ["sqlite", "postgresql"], indirect=True)
