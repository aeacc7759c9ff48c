"""Seconds from delivery to the accepted answer, while the worker waits in IDLE: one letter at a time.

python -m bench.latency                  fifty letters
python -m bench.latency --letters 200
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from bench.forker import Forker
from bench.letters import letters
from bench.place import USERS, desk
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=50)
    asked = parser.parse_args()
    with Dovecot() as dovecot, SmtpSink() as sink, desk(sink.port, dovecot=dovecot) as place, Forker() as forker:
        settings = place.folder / "mailbot.toml"
        settings.write_text(settings.read_text().replace("since =", "poll_seconds = 600\nsince ="))
        pid = forker.start(place.folder)
        took = []
        draw = random.Random(1)
        for number, (address, octets) in enumerate(letters(asked.letters, seed=1), 1):
            time.sleep(draw.uniform(0.2, 1.2))
            begun = time.perf_counter()
            dovecot.deliver(USERS[address], octets)
            wait_for_answer(sink, number)
            took.append(time.perf_counter() - begun)
        forker.stop(pid)
    took.sort()
    print(f"letters {len(took)}  median {statistics.median(took):.2f} s  nine of ten {took[len(took) * 9 // 10]:.2f} s")


def wait_for_answer(sink: SmtpSink, count: int) -> None:
    """Wait for so many answers to citizens; alerts to the town's people do not count."""
    seen = 0
    while sum(mail.recipients[0].endswith("@mailhuis.example") for mail in sink.mails) < count:
        sink.wait_for(seen + 1, 60)
        seen = len(sink.mails)


if __name__ == "__main__":
    main()
