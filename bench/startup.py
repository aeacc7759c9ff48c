"""How fast commands start: whole processes, byte-compiled, medians of ten.

python -m bench.startup                    help, list, show, search, status and the screen on a small desk
python -m bench.startup --stored 100000    the same with so many tickets

The screen is open when its first letter can be read on a terminal of eighty columns and twenty-four lines.
"""

from __future__ import annotations

import argparse
import compileall
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import fill
from bench.place import ROOT
from mailbot.cli.setup import make_folder

COMMANDS = (
    ["--help"], ["--version"], ["list"], ["show", "1"], ["search", "boodschappen"], ["search", "oud", "status:open"],
    ["search", "0470 00 00 15"], ["status"],
)  # fmt: skip
LETTER = b"boodschappen brengen"  # of bench.fill, in the first letter of the queue
PATIENCE_S = 60


def seconds(line: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def until_open(line: list[str], environment: dict[str, str]) -> float:
    """Seconds until the screen shows its first letter, in a terminal of its own."""
    begun = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(line[0], line, environment | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    try:
        while LETTER not in seen:
            if not select.select([terminal], [], [], PATIENCE_S)[0]:
                raise SystemExit(f"the screen does not open: {seen[-2000:]!r}")
            seen += os.read(terminal, 65536)
        return time.perf_counter() - begun
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, default=100)
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compileall.compile_dir(ROOT / "mailbot", quiet=2)
    with TemporaryDirectory(prefix="mailbot-bench-") as made:
        folder = Path(made) / "desk"
        make_folder(folder, {"corona": "corona@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 1))
        fill.main(folder, asked.stored)
        bare = statistics.median(seconds([sys.executable, "-c", "pass"], environment) for _ in range(asked.times))
        print(f"{'python -c pass':24}{bare * 1000:6.0f} ms")
        for words in COMMANDS:
            line = [sys.executable, "-m", "mailbot", "-C", str(folder), *words]
            took = statistics.median(seconds(line, environment) for _ in range(asked.times))
            print(f"{' '.join(words):24}{took * 1000:6.0f} ms")
        line = [sys.executable, "-m", "mailbot", "-C", str(folder), "triage"]
        took = statistics.median(until_open(line, environment) for _ in range(asked.times))
        print(f"{'triage, until it opens':24}{took * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
