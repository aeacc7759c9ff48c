"""The servers that tests ask for by name, and one line at the end on what was not covered for want of one.

With MAILBOT_REQUIRE_SERVERS=1 a server that is missing is a failure; without it, what needs it is skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.servers.daemons import Unavailable
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.pymap_server import Pymap
from tests.servers.smtp_sink import SmtpSink

REQUIRED = os.environ.get("MAILBOT_REQUIRE_SERVERS") == "1"
MISSING: set[str] = set()


def started(server: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
    """A running server for a fixture; skips, or fails where servers are required, if it cannot be had."""
    try:
        running = server()
        entered = running.__enter__()
    except Unavailable as missing:
        MISSING.add(str(missing))
        (pytest.fail if REQUIRED else pytest.skip)(str(missing))
    try:
        yield entered
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A private Dovecot for the whole run; take a mailbox of your own with `new_user`."""
    yield from started(Dovecot)


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    """An IMAP server in this process for the whole run; take a mailbox of your own with `new_user`."""
    yield from started(Pymap)


@pytest.fixture(params=["pymap", "dovecot"])
def imap_server(request: pytest.FixtureRequest) -> Pymap | Dovecot:
    """Each IMAP server in turn."""
    server: Pymap | Dovecot = request.getfixturevalue(request.param)
    return server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL for the whole run; take an empty database with `new_database`."""
    yield from started(Postgres)


@pytest.fixture
def postfix_with() -> Iterator[Callable[..., Postfix]]:
    """Starts a private Postfix with the relay and Maildirs it is given; see tests.servers.postfix."""
    open_ones: list[Iterator[Postfix]] = []

    def start(*where: Any, **more: Any) -> Postfix:
        open_ones.append(started(lambda: Postfix(*where, **more)))
        return next(open_ones[-1])

    yield start
    for server in open_ones:
        next(server, None)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """An SMTP server that keeps what it accepts and misbehaves as planned."""
    yield from started(SmtpSink)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what could not be covered here, so that a green run is not taken for more than it is."""
    if MISSING:
        terminalreporter.write_line("not covered on this machine: " + "; ".join(sorted(MISSING)), yellow=True)
