"""The private Postfix takes mail and brings it where it belongs: a Maildir of ours, or the relay."""

import smtplib

import pytest

from tests.servers import daemons
from tests.servers.daemons import Unavailable
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import Plan, SmtpSink


def test_mail_goes_to_its_maildir_or_to_the_relay_which_may_defer_it():
    """One letter for the desk, one for a citizen whose relay answers 451 at first: both arrive, the queue is empty."""
    try:
        with SmtpSink() as sink, Dovecot() as dovecot:
            sink.plan(Plan("rcpt", reply="451 4.7.1 later"))
            maildirs = {"corona@stad.test": dovecot.maildir("corona")}
            with Postfix(("127.0.0.1", sink.port), maildirs) as server:
                with smtplib.SMTP(server.host, server.port) as client:
                    for recipient in ("corona+t1.abc@stad.test", "an@burger.test"):
                        client.sendmail("een@burger.test", [recipient], b"Subject: dag\r\n\r\ntekst\r\n")
                (relayed,) = sink.wait_for(1)
                new = dovecot.maildir("corona") / "new"
                daemons.wait_until(lambda: len(list(new.iterdir())) == 1, "delivery")
                daemons.wait_until(lambda: not server.queue(), "an empty queue")
                letter = next(new.iterdir()).read_bytes()
    except Unavailable as missing:
        pytest.skip(str(missing))

    assert relayed.recipients == ("an@burger.test",)
    assert letter.startswith(b"Return-Path: <een@burger.test>")
    assert b"Delivered-To: corona+t1.abc@stad.test" in letter
