"""How fast commands start: whole processes, byte-compiled, medians of ten.

python -m bench.startup                    help, list, show and status on a small desk
python -m bench.startup --stored 100000    the same with so many tickets
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import fill
from bench.place import ROOT
from mailbot.cli.setup import make_folder

COMMANDS = (["--help"], ["--version"], ["list"], ["show", "1"], ["search", "boodschappen"], ["status"])


def seconds(line: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


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
        print(f"{'python -c pass':16}{bare * 1000:6.0f} ms")
        for words in COMMANDS:
            line = [sys.executable, "-m", "mailbot", "-C", str(folder), *words]
            took = statistics.median(seconds(line, environment) for _ in range(asked.times))
            print(f"{' '.join(words):16}{took * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
