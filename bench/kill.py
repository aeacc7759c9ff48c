"""Kill the worker with SIGKILL at random moments while letters flow through Dovecot and Postfix, then count.

    python -m bench.kill                          2,000 letters, 200 rounds
    python -m bench.kill --letters 200 --rounds 20
    python -m bench.kill --database postgresql --workers 2

Afterwards every letter must be in the ledger once, on one conversation, and answered; nobody may have two answers, and
nobody none, but those whose mail is recorded as `unknown`; `doctor` must find nothing unexplained. Exits 1 on a broken promise.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from itertools import islice

from bench.forker import Forker
from bench.letters import letters
from bench.place import ROOT, USERS, Place, desk
from mailbot.model import OutboxState
from mailbot.opening import open_desk
from mailbot.place import database_url
from mailbot.storage.database import Database
from mailbot.worker import run_once
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink

AT_ONCE = "\n  unknown_rest_minutes: 0\n"


@dataclass(frozen=True, slots=True)
class Result:
    """What was found afterwards; every list must be empty. Who is unanswered stands with what became of the mail.

    `left_to_a_person` counts mails at whose sending a worker died twice: they may have left, and do not go a third time.
    """

    kills: int
    letters: int
    in_ledger: int
    on_one_conversation: int
    answered: int
    twice: int
    left_to_a_person: int
    twice_unrecorded: list[str]
    unanswered: list[str]
    unexplained: int

    @property
    def holds(self) -> bool:
        whole = self.letters == self.in_ledger == self.on_one_conversation
        return whole and not (self.twice_unrecorded or self.unanswered or self.unexplained)


def run(
    count: int, rounds: int, seed: int, *, database: str = "sqlite", workers: int = 1, longest_life: float = 1.0
) -> Result:
    """All of it: deliver, kill, deliver, kill …, then let the worker finish, and count."""
    draw = random.Random(seed)
    with place(database) as (here, sink):
        todo = letters(count, seed)
        kills = 0
        with Forker(here.folder) as forker:
            for _ in range(rounds):
                deliver(here, todo, -(-count // rounds))
                started = [forker.start(here.folder) for _ in range(workers)]
                time.sleep(draw.uniform(0.05, longest_life))
                kills += sum(forker.kill(pid) for pid in started)
        finish(here)
        return count_up(here, sink, count, kills)


@contextmanager
def place(database: str) -> Iterator[tuple[Place, SmtpSink]]:
    with ExitStack() as stack:
        dovecot = stack.enter_context(Dovecot())
        sink = stack.enter_context(SmtpSink())
        postfix = stack.enter_context(Postfix(relay=(sink.host, sink.port)))
        url = stack.enter_context(Postgres()).new_database() if database == "postgresql" else ""
        here = stack.enter_context(desk(postfix.port, dovecot=dovecot, database=url))
        rules = here.folder / "rules.yaml"
        rules.write_text(rules.read_text().rstrip() + AT_ONCE)
        if url:
            subprocess.run([*command(here), "migrate"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield here, sink


def deliver(here: Place, todo: Iterator[tuple[str, bytes]], count: int) -> None:
    for address, octets in islice(todo, count):
        here.dovecot.deliver(USERS[address], octets)


def command(here: Place) -> list[str]:
    return [sys.executable, "-m", "mailbot", "-C", str(here.folder)]


def finish(here: Place) -> None:
    """Let the worker come to an end by itself; mail claimed by the dead is settled and sent."""
    for _ in range(5):
        run_once(open_desk(here.folder))


def count_up(here: Place, sink: SmtpSink, count: int, kills: int) -> Result:
    expected = {f"p{s}.{n}@mailhuis.example" for s, n in _senders(here)}
    database = Database(database_url(here.folder))
    with database.read() as connection:
        ask = connection.exec_driver_sql
        in_ledger = ask("SELECT count(DISTINCT message) FROM delivery WHERE message IS NOT NULL").scalar() or 0
        one = (
            "SELECT count(*) FROM (SELECT tm.message FROM ticket_message tm JOIN ticket t ON t.id = tm.ticket "
            "WHERE t.conversation IS NULL GROUP BY tm.message HAVING count(*) = 1) AS single"
        )
        unknown = ask("SELECT o.recipient FROM attempt a JOIN outbox o ON o.id = a.outbox WHERE a.outcome = 'unknown'")
        recorded = {row[0] for row in unknown}
        told = ask("SELECT recipient, state, attempts, outcome FROM outbox WHERE purpose <> 'alert' ORDER BY id")
        mails = {row.recipient: row for row in told}
        conversations = ask(one).scalar() or 0
    database.close()
    unsure = {recipient for recipient, row in mails.items() if row.state == OutboxState.UNKNOWN}
    wait_for_relay(sink, len(mails.keys() - unsure))
    got = Counter(mail.recipients[0] for mail in sink.mails if mail.recipients[0] in expected)
    ids = {(mail.recipients[0], message_from_bytes(mail.octets)["Message-ID"]) for mail in sink.mails}
    twice = {address for address, times in got.items() if times > 1}
    same_id = Counter(address for address, _ in ids)
    missing = mails.keys() & expected - got.keys() - unsure
    return Result(
        kills=kills,
        letters=count,
        in_ledger=in_ledger,
        on_one_conversation=conversations,
        answered=len(got),
        twice=len(twice),
        twice_unrecorded=sorted(each for each in twice if each not in recorded or same_id[each] > 1),
        left_to_a_person=len(unsure),
        unanswered=[f"{each}: {mails[each].state}, {mails[each].outcome}" for each in sorted(missing)][:20],
        unexplained=unexplained(here),
    )


def _senders(here: Place) -> Iterator[tuple[int, int]]:
    database = Database(database_url(here.folder))
    with database.read() as connection:
        for (email,) in connection.exec_driver_sql("SELECT DISTINCT sender_email FROM message"):
            seed, _, number = email.partition("@")[0].removeprefix("p").partition(".")
            yield int(seed), int(number)
    database.close()


def wait_for_relay(sink: SmtpSink, count: int) -> None:
    """Postfix passes on in its own time."""
    end = time.monotonic() + 60
    while len({mail.recipients[0] for mail in sink.mails}) < count and time.monotonic() < end:
        time.sleep(0.2)


def unexplained(here: Place) -> int:
    done = subprocess.run([*command(here), "doctor", "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(json.loads(done.stdout)["unexplained"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    result = run(asked.letters, asked.rounds, asked.seed, database=asked.database, workers=asked.workers)
    print(result)
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
