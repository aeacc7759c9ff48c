"""What the log tells: what happened and where, and neither who wrote nor any secret."""

import logging
import sqlite3
from contextlib import closing

import pytest

from mailbot import desk
from tests.reliability.conftest import ADDRESS
from tests.servers.smtp_sink import Plan

SECRETS = ("geheim-van-de-balie",)
CITIZEN = ("p1@home.example", "Heverlee", "0470 00 00 12")


def said(caplog):
    return "\n".join(
        logging.Formatter("%(levelname)s %(name)s %(message)s").format(record)
        for record in caplog.records
        if record.levelno > logging.DEBUG
        and record.name.startswith(("mailbot", "sqlalchemy", "aiosmtplib", "imapclient"))
    )


def test_a_bug_is_named_by_its_place_and_not_by_the_letter_it_met(make_town, caplog, monkeypatch):
    """The letter is set apart with its reason in the database; the log holds the file and the line."""
    caplog.set_level(logging.INFO)

    def fall(octets, *_):
        raise ValueError(octets.decode())

    monkeypatch.setattr(desk, "parse", fall)
    town = make_town()
    town.write(1)
    town.run()

    assert town.rows("SELECT state FROM message") == [("quarantined",)]
    assert "ValueError at test_logs.py:" in said(caplog)
    assert not [word for word in (*CITIZEN, *SECRETS) if word in said(caplog)]


def test_a_row_that_cannot_be_written_is_not_quoted(make_town, caplog):
    """A database error would carry the parameters, which are a citizen's letter."""
    caplog.set_level(logging.INFO)
    town = make_town()
    with closing(sqlite3.connect(town.folder / "data" / "mailbot.db")) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON ticket BEGIN SELECT RAISE(ABORT, 'no'); END")
    town.write(1)
    town.run()

    assert town.rows("SELECT state FROM message") == [("quarantined",)]
    assert "IntegrityError" in said(caplog)
    assert not [word for word in (*CITIZEN, *SECRETS) if word in said(caplog)]
    assert "Heverlee" not in town.rows("SELECT reason FROM message")[0][0]


@pytest.mark.parametrize(
    "plan",
    [
        Plan("rcpt", reply="550 5.1.1 <p1@home.example>: no such user", times=0),
        Plan("mail", reply="550 5.7.60 geen recht", times=0),
        Plan("dot", "close", keep=True),
    ],
    ids=["recipient", "sender", "lost"],
)
def test_a_refusal_by_the_relay_names_nobody(make_town, caplog, sink, plan):
    """What it said of whom is in `outbox list`."""
    caplog.set_level(logging.INFO)
    sink.plan(plan)
    town = make_town(relay="null_sender = false")
    town.write(1)
    town.run()

    assert plan.fired
    assert not [word for word in (*CITIZEN, *SECRETS) if word in said(caplog)]


def test_a_refused_login_shows_no_password(make_town, caplog):
    """Neither in the log, nor in the status, nor in `check`."""
    from mailbot.inspection import inspect
    from tests.servers.faultproxy import Fault, FaultProxy

    caplog.set_level(logging.DEBUG)
    refusal = Fault(
        "answer", way="up", match=rb"\w+ LOGIN [^\r]*\r\n", put=b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", times=0
    )
    town = make_town()
    with FaultProxy((town.dovecot.host, town.dovecot.port), refusal) as proxy:
        settings = town.folder / "mailbot.toml"
        settings.write_text(settings.read_text().replace(f"port = {town.dovecot.port}", f"port = {proxy.port}"))
        town.run()
        found = " ".join(finding.text for finding in inspect(town.folder))

    assert refusal.fired
    assert town.user in found
    assert ADDRESS not in SECRETS
    assert SECRETS[0] not in caplog.text + found + town.rows("SELECT last_error FROM mailbox")[0][0]
