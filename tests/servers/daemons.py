"""What the private servers share: a folder that other users may enter, free ports, waiting, stopping by pid."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEMORY = Path("/dev/shm")  # a RAM disk, where there is one
PATIENCE_SECONDS = 20.0
QUICK_STOP = signal.SIGINT  # PostgreSQL's fast shutdown, whoever is still connected


class Unavailable(RuntimeError):
    """The server is not installed here, or cannot be run by this user; the text says which."""


def is_root() -> bool:
    return os.geteuid() == 0


def user_for(name: str) -> pwd.struct_passwd:
    """Whose files a server works on: `name` where we are root and may choose, ourselves elsewhere."""
    return pwd.getpwnam(name) if is_root() else pwd.getpwuid(os.geteuid())


def group_of(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid).gr_name


@contextmanager
def folder_for(name: str) -> Iterator[Path]:
    """A folder in memory if possible, enterable by everybody, with a short path, removed at the end."""
    memory = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None
    path = Path(tempfile.mkdtemp(prefix=f"mailbot-{name}-", dir=memory))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until it is so. Raises TimeoutError naming `what`."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not after {seconds} s")
        time.sleep(0.01)


def as_user(user: pwd.struct_passwd) -> dict[str, Any]:
    """How subprocess starts something as that user, where it is not ourselves."""
    if user.pw_uid == os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


@contextmanager
def running(
    command: list[str], log: Path, user: pwd.struct_passwd | None = None, ending: int = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the foreground with its output in `log`, ended by a signal and, if it will not, by SIGKILL."""
    with log.open("ab") as output:
        how = (as_user(user) if user else {}) | {"start_new_session": True}  # Postfix ends its whole process group
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **how)
        try:
            yield server
        finally:
            stop(server, ending)


def stop(server: subprocess.Popen[bytes], ending: int = signal.SIGTERM) -> None:
    server.send_signal(ending)
    try:
        server.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
