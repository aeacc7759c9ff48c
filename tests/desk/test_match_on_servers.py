"""A whole match over Debian's Postfix and Dovecot: every letter, digest and answer travels by SMTP and is read by IMAP.

The inboxes of people lie behind the relay that Postfix hands their mail to.
"""

from __future__ import annotations

import re
import smtplib
from collections import defaultdict
from datetime import date
from email import message_from_bytes, policy

import pytest

from tests.desk.conftest import TestDesk
from tests.desk.matching import AN, BART, OFFER, REQUEST, MatchingDesk, text
from tests.ready import make_folder
from tests.servers import daemons
from tests.servers.smtp_sink import Plan

RIK, LIEN = "rik@home.example", "lien@campus.example"
ADDRESS = "leuven.helpt@leuven.example"
SETTINGS = """\
host = "leuven.example"
authserv_id = "mx.leuven.example"

[mailboxes.leuven_helpt]
address = "{address}"
since = 2020-01-01
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "{secret}"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
"""


class RealMail:
    """Postfix before the desk and before the people, in the words of the embedded mail server."""

    def __init__(self, postfix, sink):
        self.postfix, self.sink = postfix, sink

    def deliver(self, _login, letters):
        """Send letters as their writers' programs would, to the address that stands in them."""
        for octets in letters:
            letter = message_from_bytes(octets, policy=policy.default)
            to = str(letter["Delivered-To"] or letter["To"]).strip().strip("<>")
            del letter["Delivered-To"]
            writer = re.search(r"[^\s<]+@[^\s>]+", str(letter["From"])).group()
            with smtplib.SMTP(self.postfix.host, self.postfix.port) as client:
                client.sendmail(writer, [to], letter.as_bytes())
        self.settle()

    def settle(self):
        daemons.wait_until(lambda: not self.postfix.queue(), "an empty queue")

    @property
    def inboxes(self):
        self.settle()
        found = defaultdict(list)
        for mail in list(self.sink.mails):
            for recipient in mail.recipients:
                found[recipient].append(mail.octets)
        return found


@pytest.fixture
def place(dovecot, postfix_with, sink, tmp_path) -> MatchingDesk:
    """A desk with two matchmakers, one request and one offer, whose digest has just gone out."""
    user = dovecot.new_user()
    postfix = postfix_with((sink.host, sink.port), {ADDRESS: dovecot.maildir(user)})
    folder = tmp_path / "desk"
    make_folder(folder, {"leuven_helpt": ADDRESS}, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    settings = SETTINGS.format(address=ADDRESS, imap=dovecot.port, user=user, secret=dovecot.users[user], smtp=postfix.port)
    (folder / "mailbot.toml").write_text(settings)
    made = MatchingDesk.of(TestDesk(folder, RealMail(postfix, sink)), second=True)
    made.desk.write(OFFER, sender=f"Lien Wouters <{LIEN}>")
    made.desk.write(REQUEST, sender=f"Rik Maes <{RIK}>")
    return made


def test_two_people_are_brought_together_over_real_servers(place):
    """Digest, yes, both sides' yes, introductions, the question afterwards, thanks; and the ledger balances."""
    place.run()
    place.mail(RIK), place.mail(LIEN)
    place.answer(place.one(AN), "1 ja", AN)
    place.run()
    assert place.states() == ["accepted"]
    place.answer(place.one(LIEN), "Ja, graag!", LIEN)
    place.answer(place.one(RIK), "JA", RIK)
    place.run()
    assert place.states() == ["contacted"]
    assert "+32470000011" in text(place.one(LIEN))
    assert "+32470000022" in text(place.one(RIK))

    place.run(hours=49)
    place.mail(LIEN)
    place.answer(place.one(RIK, "Is het gelukt"), "Ja, heel fijn.", RIK)
    place.run()
    assert place.states() == ["done"]
    assert "Bedankt voor uw hulp" in place.one(LIEN)["Subject"]
    assert place.desk.balance().unexplained == 0


def test_a_digest_that_a_server_refuses_comes_back_and_its_rows_go_to_the_other(place, sink):
    """Postfix itself writes the delivery report, to the digest's own address; we read it by IMAP and hand the rows on."""
    sink.plan(Plan("rcpt", reply="550 5.1.1 no such user", match=re.escape(AN), times=0))
    place.run()
    place.desk.mail.settle()
    place.run()
    place.run()

    assert place.desk.rows("SELECT state, owner FROM match") == [("proposed", BART)]
    place.answer(place.one(BART), "1 ja", BART)
    place.run()
    assert place.states() == ["accepted"]
    assert any("kwam terug" in mail["Subject"] for mail in place.mail("coordinator@leuvenhelpt.example"))
    assert place.desk.balance().unexplained == 0
