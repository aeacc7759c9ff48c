"""A desk on real servers for the benchmarks: a private Dovecot, the sink, and a folder with settings for both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from mailbot.cli.setup import make_folder
from tests.servers.dovecot import Dovecot

ROOT = Path(__file__).parent.parent
USERS = {"corona@leuven.example": "corona", "leuven.helpt@leuven.example": "helpt"}
SETTINGS = """\
host = "leuven.example"
{database}
{mailboxes}
[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
connections = {connections}
"""
MAILBOX = """\
[mailboxes.{name}]
address = "{address}"
since = 2000-01-01
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password = "{secret}"
filing = "{filing}"

"""


class SinkProcess:
    """The sink beside us; `port` is where it listens, `accepted()` what it has taken."""

    def __enter__(self) -> SinkProcess:
        line = [sys.executable, "-m", "bench.sink"]
        self._process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._read())
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def accepted(self) -> int:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._read())

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def peak_megabytes(pid: int) -> float:
    """The most memory a process has held since it began, 0 once it is gone.

    Not what `wait4` says of it, which on Linux is never less than its parent held when it began.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a benchmark happens."""

    folder: Path
    dovecot: Dovecot
    smtp_port: int


@contextmanager
def desk(
    smtp_port: int, *, dovecot: Dovecot, database: str = "", connections: int = 8, filing: str = "flag"
) -> Iterator[Place]:
    """A new desk whose mailboxes are `dovecot`'s and whose relay is at `smtp_port`."""
    with TemporaryDirectory(prefix="mailbot-bench-") as made:
        folder = Path(made) / "desk"
        names = {user: address for address, user in USERS.items()}
        make_folder(folder, names, "127.0.0.1", "127.0.0.1", date(2000, 1, 1))
        sections = "".join(
            MAILBOX.format(
                name=user, address=address, port=dovecot.port, user=user, secret=dovecot.users[user], filing=filing
            )
            for address, user in USERS.items()
        )
        url = f'database = "{database}"' if database else ""
        settings = SETTINGS.format(mailboxes=sections, smtp_port=smtp_port, connections=connections, database=url)
        (folder / "mailbot.toml").write_text(settings)
        rules = folder / "rules.yaml"
        rules.write_text(rules.read_text() + UNBOUNDED)
        yield Place(folder, dovecot, smtp_port)


# A day's letters in seconds would open the breaker, which is its purpose and not what is measured.
UNBOUNDED = """
outbox:
  in_all: [{mails: 10000000, minutes: 10}]
  per_domain: [{mails: 10000000, minutes: 10}]
  breaker_mails: 10000000
"""
