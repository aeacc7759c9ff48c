"""A worker that starts in a blink, for being killed often: one process imports everything once and forks.

python -m bench.forker FOLDER      for each line it reads it starts a worker and prints its process id
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.place import ROOT
from mailbot.opening import open_desk
from mailbot.worker import run


class Forker:
    """The forking process; `start` gives the process id of a new worker, `kill` ends it with SIGKILL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Forker:
        line = [sys.executable, "-m", "bench.forker", str(self._folder)]
        self._process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def start(self) -> int:
        """A worker that runs until it is killed; its process id."""
        return int(self._ask("start"))

    def kill(self, pid: int) -> bool:
        """End a worker with SIGKILL; whether it was still alive, as it must be for the kill to prove anything."""
        return self._ask(f"kill {pid}") == "killed"

    def _ask(self, line: str) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def main(folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    open_desk(folder).office.database.close()  # what opening loads is loaded once, and no connection is forked
    for line in sys.stdin:
        verb, _, pid = line.strip().partition(" ")
        print(start(folder) if verb == "start" else kill(int(pid)), flush=True)


def start(folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    sys.stdin.close()
    try:
        run(open_desk(folder))
    finally:
        os._exit(0)


def kill(pid: int) -> str:
    ended, _ = os.waitpid(pid, os.WNOHANG)
    if ended:
        return "dead"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "killed"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
