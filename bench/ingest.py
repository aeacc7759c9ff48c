"""Letters per second and CPU per letter, from the mailbox to the accepted answer, beside the bare limit.

    python -m bench.ingest                      1,000 letters, medians of three, the limit in the same run
    python -m bench.ingest --letters 10000
    python -m bench.ingest --stored 100000      the same with so many tickets stored before

The limit is the same parts with no logic at all: batches of 50 over IMAPClient, a walk over the parsed message,
one sqlite3 commit per 50, assembled bytes, smtplib on one connection. What starting costs is measured on an empty
mailbox and taken off. Ratios are what to trust; machines are noisy.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from bench.letters import letters
from bench.place import ROOT, USERS, Place, SinkProcess, desk
from tests.servers.dovecot import Dovecot


def measured(line: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of a command that must succeed."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(line, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{line} ended with {process.returncode}")
    del before
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def deliver(place: Place, count: int, seed: int) -> None:
    for address, octets in letters(count, seed):
        place.dovecot.deliver(USERS[address], octets)


def ours(count: int, seed: int, stored: int) -> tuple[float, float, float]:
    """One round of mailbot: net wall and CPU per letter, and the peak of its memory."""
    with Dovecot() as dovecot, SinkProcess() as sink, desk(sink.port, dovecot=dovecot) as place:
        line = [sys.executable, "-m", "mailbot", "-C", str(place.folder), "run", "--once"]
        if stored:
            measured([sys.executable, "-m", "bench.fill", str(place.folder), str(stored)])
        idle = measured(line)
        deliver(place, count, seed)
        busy = measured(line)
        if sink.accepted() < count:
            raise SystemExit(f"only {sink.accepted()} of {count} answers were accepted")
        return (busy[0] - idle[0]) / count, (busy[1] - idle[1]) / count, busy[2]


def limit(count: int, seed: int, _stored: int) -> tuple[float, float, float]:
    """One round of the same parts without any logic."""
    with Dovecot() as dovecot, SinkProcess() as sink, desk(sink.port, dovecot=dovecot) as place:
        deliver(place, count, seed)
        logins = [f"{user}:{dovecot.users[user]}" for user in USERS.values()]
        line = [
            sys.executable,
            "-m",
            "bench.limit",
            str(dovecot.port),
            str(sink.port),
            str(place.folder / "x.db"),
            *logins,
        ]
        idle = measured([sys.executable, "-m", "bench.limit", "--nothing"])
        busy = measured(line)
        return (busy[0] - idle[0]) / count, (busy[1] - idle[1]) / count, busy[2]


def rounds(
    what: Callable[[int, int, int], tuple[float, float, float]], count: int, times: int, stored: int
) -> list[float]:
    results = [what(count, seed, stored) for seed in range(1, times + 1)]
    return [statistics.median(column) for column in zip(*results, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", type=int, default=0)
    asked = parser.parse_args()
    print(f"{'':10}{'letters/s':>10}{'CPU ms':>9}{'peak MB':>9}")
    found = {}
    for name, what in (("mailbot", ours), ("limit", limit)):
        wall, cpu, peak = rounds(what, asked.letters, asked.rounds, asked.stored)
        found[name] = cpu
        print(f"{name:10}{1 / wall:10.0f}{cpu * 1000:9.2f}{peak:9.0f}", flush=True)
    print(f"CPU of mailbot over the limit: {found['mailbot'] / found['limit']:.2f}")


if __name__ == "__main__":
    main()
