"""A storm of delivery reports: everything the desk sent comes back at once. Nobody may be answered.

python -m bench.storm                    1,000 answers, 1,000 reports, one report more for each
python -m bench.storm --letters 100
"""

from __future__ import annotations

import argparse
import sys
import time
from email import message_from_bytes

from bench.letters import CORONA, HELPT, letters
from bench.place import USERS, desk
from mailbot.opening import open_desk
from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.storage.ledger import balance
from mailbot.worker import run_once
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

REPORT = """From: MAILER-DAEMON@mx.example\r
Return-Path: <>\r
To: {to}\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <b{number}.{turn}@mx.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: failed\r
Status: 5.1.1\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {identifier}\r
\r
--b--\r
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=1000)
    asked = parser.parse_args()
    with Dovecot() as dovecot, SmtpSink() as sink, desk(sink.port, dovecot=dovecot) as place:
        for address, octets in letters(asked.letters, seed=1):
            dovecot.deliver(USERS[address], octets)
        run_once(open_desk(place.folder))
        sent = [mail for mail in sink.mails if mail.recipients[0].endswith("@mailhuis.example")]
        for turn in range(2):
            for number, mail in enumerate(sent):
                identifier = message_from_bytes(mail.octets)["Message-ID"]
                to = (CORONA, HELPT)[number % 2]
                words = {"to": to, "number": number, "turn": turn, "recipient": mail.recipients[0]}
                dovecot.deliver(USERS[to], REPORT.format(identifier=identifier, **words).encode())
        before, begun = len(sink.mails), time.perf_counter()
        run_once(open_desk(place.folder))
        took = time.perf_counter() - begun
        late = b"From: late@elsewhere.example\r\nSubject: hulp\r\n\r\nWie kan er boodschappen doen in Leuven?\r\n"
        dovecot.deliver(USERS[HELPT], late)
        run_once(open_desk(place.folder))
        database = Database(database_url(place.folder))
        with database.read() as connection:
            one = connection.exec_driver_sql
            states = dict(map(tuple, one("SELECT state, count(*) FROM message GROUP BY state")))
            waiting = one("SELECT count(*) FROM outbox WHERE state = 'queued' AND recipient LIKE 'late@%'").scalar()
            breakers = one("SELECT count(*) FROM breaker").scalar()
            unexplained = balance(connection).unexplained
        database.close()
        answers = [mail for mail in sink.mails[before:] if not mail.recipients[0].endswith("@leuvenhelpt.example")]
    print(f"answers sent {len(sent)}, reports {2 * len(sent)} in {took:.1f} s, answered {len(answers)}")
    print(
        f"messages {states}, breakers open {breakers}, the late letter's answer waits {waiting}, unexplained {unexplained}"
    )
    sys.exit(0 if not answers and breakers == waiting == 1 and not unexplained else 1)


if __name__ == "__main__":
    main()
