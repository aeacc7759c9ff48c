"""The private Postfix takes mail and brings it where it belongs: a Maildir of ours, or the relay."""

import smtplib

from tests.servers import daemons
from tests.servers.smtp_sink import Plan


def test_mail_goes_to_its_maildir_or_to_the_relay_which_may_defer_it(sink, dovecot, postfix_with):
    """One letter for the desk, one for a citizen whose relay answers 451 at first: both arrive, the queue is empty."""
    sink.plan(Plan("rcpt", reply="451 4.7.1 later"))
    maildir = dovecot.maildir(dovecot.new_user())
    server = postfix_with((sink.host, sink.port), {"corona@stad.test": maildir})

    with smtplib.SMTP(server.host, server.port) as client:
        for recipient in ("corona+t1.abc@stad.test", "an@burger.test"):
            client.sendmail("een@burger.test", [recipient], b"Subject: dag\r\n\r\ntekst\r\n")
    (relayed,) = sink.wait_for(1)
    daemons.wait_until(lambda: not server.queue(), "an empty queue")

    (letter,) = [path.read_bytes() for path in (maildir / "new").iterdir()]
    assert relayed.recipients == ("an@burger.test",)
    assert letter.startswith(b"Return-Path: <een@burger.test>")
    assert b"Delivered-To: corona+t1.abc@stad.test" in letter
