"""Letters per second and CPU per letter, from the mailbox to the accepted answer, beside the bare limit.

    python -m bench.ingest                      1,000 letters, medians of three, the limit in the same run
    python -m bench.ingest --letters 10000
    python -m bench.ingest --stored 100000      the same with so many tickets stored before
    python -m bench.ingest --longest 500        letters as long as most are that people write, not up to 3,000 characters

The limit is the same parts with no logic at all: batches of 50 over IMAPClient, a walk over the parsed message,
one sqlite3 commit per 50, assembled bytes, smtplib on one connection. What starting costs is measured on a few letters,
for much is made ready by the first one, told beside the rest and taken off. Ratios are what to trust; machines are noisy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.letters import LONGEST, letters
from bench.place import ROOT, USERS, Place, SinkProcess, desk, peak_megabytes
from tests.servers.dovecot import Dovecot

FEW, FEW_SEED = 12, 1000
Used = tuple[float, float, float]


@dataclass(frozen=True)
class Load:
    """How many letters, how long the longest is, and how many tickets are stored before."""

    letters: int
    longest: int
    stored: int


def measured(line: list[str]) -> Used:
    """Wall seconds, CPU seconds and peak MB of a command that must succeed."""
    begun, peak, ended = time.perf_counter(), 0.0, 0
    process = subprocess.Popen(line, cwd=ROOT)
    while not ended:
        peak = max(peak, peak_megabytes(process.pid))
        time.sleep(0.02)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{line} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, peak


def deliver(place: Place, load: Load, seed: int) -> None:
    for address, octets in letters(load.letters, seed, load.longest):
        place.dovecot.deliver(USERS[address], octets)


def ours(load: Load, seed: int) -> tuple[float, ...]:
    """One round of mailbot; what is told is in `per_letter`."""
    with Dovecot() as dovecot, SinkProcess() as sink, desk(sink.port, dovecot=dovecot) as place:
        line = [sys.executable, "-m", "mailbot", "-C", str(place.folder), "run", "--once"]
        if load.stored:
            measured([sys.executable, "-m", "bench.fill", str(place.folder), str(load.stored)])
        deliver(place, replace(load, letters=FEW), FEW_SEED)
        start = measured(line)
        deliver(place, load, seed)
        busy = measured(line)
        if sink.accepted() < load.letters + FEW:
            raise SystemExit(f"only {sink.accepted()} of {load.letters + FEW} answers were accepted")
        return per_letter(busy, start, load.letters - FEW)


def per_letter(busy: Used, start: Used, more: int) -> tuple[float, ...]:
    """Wall and CPU seconds for each of the letters that `busy` had more than `start`, its peak, CPU of starting."""
    return (busy[0] - start[0]) / more, (busy[1] - start[1]) / more, busy[2], start[1]


def limit(load: Load, seed: int) -> tuple[float, ...]:
    """One round of the same parts without any logic."""
    with Dovecot() as dovecot, SinkProcess() as sink, desk(sink.port, dovecot=dovecot) as place:
        deliver(place, load, seed)
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
        start = measured([sys.executable, "-m", "bench.limit", "--nothing"])
        return per_letter(measured(line), start, load.letters)


def rounds(what: Callable[[Load, int], tuple[float, ...]], load: Load, times: int) -> list[float]:
    results = [what(load, seed) for seed in range(1, times + 1)]
    return [statistics.median(column) for column in zip(*results, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--longest", type=int, default=LONGEST)
    asked = parser.parse_args()
    load = Load(asked.letters, asked.longest, asked.stored)
    print(f"{'':10}{'letters/s':>10}{'CPU ms':>9}{'peak MB':>9}{'start s':>9}")
    found = {}
    for name, what in (("mailbot", ours), ("limit", limit)):
        wall, cpu, peak, start = rounds(what, load, asked.rounds)
        found[name] = cpu
        print(f"{name:10}{1 / wall:10.0f}{cpu * 1000:9.2f}{peak:9.0f}{start:9.2f}", flush=True)
    print(f"CPU of mailbot over the limit: {found['mailbot'] / found['limit']:.2f}")


if __name__ == "__main__":
    main()
