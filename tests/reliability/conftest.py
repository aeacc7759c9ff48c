"""A desk on a private Dovecot and a sink, with whatever stands between them, and what must hold at the end of it."""

from __future__ import annotations

import base64
import itertools
import random
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from mailbot.correspondence import Correspondence
from mailbot.desk import Desk
from mailbot.intake.screen import Own
from mailbot.model import Address
from mailbot.opening import Opened, make_box, make_desk, make_relay, make_templates
from mailbot.outbox.render import Templates
from mailbot.outbox.smtp import Delivery
from mailbot.place import database_url
from mailbot.policy import Policy, load_policy
from mailbot.settings import Settings, load_settings
from mailbot.steps import Office
from mailbot.storage.database import Database
from mailbot.storage.ledger import balance
from mailbot.worker import run_once
from tests.ready import make_folder
from tests.servers import daemons
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
        """The desk as `open_desk` opens it; what rules and templates compile to is shared by all tests."""
        settings = load_settings(self.folder)
        policy, desk, templates = compiled((self.folder / "rules.yaml").read_text(), self.folder, settings)
        host_desk = replace(desk, own=Own(frozenset({ADDRESS}), "leuven.example"))
        correspondence = Correspondence(host_desk, templates, {"corona": Address(ADDRESS, policy.town.desk)})
        database = Database(database_url(self.folder))
        office = Office(database, host_desk, correspondence, f"test-{uuid.uuid4().hex}", self.clock)
        relay = make_relay(self.folder, settings.smtp)
        box = make_box(self.folder, "corona", settings.mailboxes["corona"], policy)
        return Opened(
            settings,
            policy,
            office,
            {"corona": box},
            Delivery(database, relay, policy.outbox, office.worker, self.clock),
        )

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.later

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

    def on_server(self) -> tuple[int, list[int]]:
        """UIDVALIDITY and all UIDs that the mail server has."""
        with IMAPClient(self.dovecot.host, self.dovecot.port, ssl=False) as client:
            client.login(self.user, self.dovecot.users[self.user])
            status = client.select_folder("INBOX", readonly=True)
            return int(status[b"UIDVALIDITY"]), client.search(["ALL"])

    def holds(self, *, answered: bool = True) -> None:
        """Every letter in the ledger once, one ticket each, one answer each; a second only where that is recorded."""
        database = Database(database_url(self.folder))
        with database.read() as connection:
            found = balance(connection, {"corona": self.on_server()})
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


SHARED: dict[str, tuple[Policy, Desk, Templates]] = {}


def compiled(rules: str, folder: Path, settings: Settings) -> tuple[Policy, Desk, Templates]:
    """Policy, desk and templates for these rules, made once."""
    if rules not in SHARED:
        policy = load_policy(folder / "rules.yaml")
        SHARED[rules] = policy, make_desk(folder, settings, policy), make_templates(folder, settings, policy)
    return SHARED[rules]


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


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, where every commit reaching the disk costs nothing."""
    with daemons.folder_for("desk") as path:
        yield path


@pytest.fixture
def make_town(memory, dovecot, sink, blank) -> Callable[..., Town]:
    """Make a desk; ports default to the servers themselves, the database to SQLite."""

    def make(*, imap_port: int = 0, smtp_port: int = 0, database: str = "", mailbox: str = "", relay: str = "") -> Town:
        user, folder = dovecot.new_user(), memory / "desk"
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
def postgresql(postgres) -> str:
    """The URL of a new desk's database on PostgreSQL."""
    return postgres.migrated_database()
