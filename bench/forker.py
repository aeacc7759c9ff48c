"""Workers that start in a blink, for being killed and stopped often: one process imports everything once and forks.

python -m bench.forker [FOLDER]   reads `start FOLDER`, `kill PID`, `stop PID`, one a line, and answers each with a line

A desk is opened before the first fork, that of the folder or a new one, so that every worker finds the rules, weights,
library and templates made which it has in common with it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.place import ROOT
from mailbot.cli.setup import make_folder
from mailbot.model import MailbotError
from mailbot.opening import open_desk
from mailbot.worker import run

STOP_SECONDS = 40


class Forker:
    """The forking process. Its workers start soonest on desks that are like the one in `folder`, or else a new one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def __enter__(self) -> Forker:
        line = [sys.executable, "-m", "bench.forker", *([str(self._folder)] if self._folder else [])]
        self._process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def start(self, folder: Path) -> int:
        """A worker for a desk; its process id. What it tells is in the desk's `log`."""
        return int(self._ask(f"start {folder}"))

    def kill(self, pid: int) -> bool:
        """End a worker with SIGKILL; whether it was still alive, as it must be for the kill to prove anything."""
        return self._ask(f"kill {pid}") == "killed"

    def stop(self, pid: int) -> int:
        """Ask a worker to end, with SIGTERM; its exit code, -9 where it did not end within `STOP_SECONDS`."""
        return int(self._ask(f"stop {pid}"))

    def _ask(self, line: str) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def main() -> None:
    open_one(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    verbs = {"start": start, "kill": kill, "stop": stop}
    for line in sys.stdin:
        verb, _, what = line.strip().partition(" ")
        print(verbs[verb](what), flush=True)


def open_one(folder: Path | None) -> None:
    """Open a desk and leave nothing of it open."""
    with TemporaryDirectory(prefix="mailbot-forker-") as made:
        if folder is None:
            folder = Path(made) / "desk"
            make_folder(folder, {"corona": "corona@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 1))
        open_desk(folder).office.database.close()


def start(folder: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    log = os.open(Path(folder) / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=logging.INFO)
    code = 1
    try:
        run(open_desk(Path(folder)))
        code = 0
    except MailbotError as error:
        print(error, flush=True)
    finally:
        os._exit(code)


def kill(pid: str) -> str:
    ended, _ = os.waitpid(int(pid), os.WNOHANG)
    if ended:
        return "dead"
    os.kill(int(pid), signal.SIGKILL)
    os.waitpid(int(pid), 0)
    return "killed"


def stop(pid: str) -> int:
    os.kill(int(pid), signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        ended, status = os.waitpid(int(pid), os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    kill(pid)
    return -signal.SIGKILL


if __name__ == "__main__":
    main()
