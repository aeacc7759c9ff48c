"""What a mailbox is to the rest of the house: the values it gives and the calls it answers. Opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from mailbot.model import Permanent

Tls = Literal["implicit", "starttls", "none"]


class LoginRefused(Permanent):
    """The server does not know us. Trying again soon may lock the account, so whoever catches this waits."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server gave it: octets as they are, `size` as the server counts, arrival in UTC.

    `truncated` where the message was over the limit, and only its headers and text parts are in `octets`.
    """

    uid: int
    octets: bytes
    arrived_at: datetime
    size: int
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A UID that was announced and is not there any more, with the reason."""

    uid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A UID that is still there and that the server does not give, with the reason; it is asked for again."""

    uid: int
    reason: str


Answer = Fetched | Gone | Refused


@dataclass(frozen=True, slots=True)
class Folder:
    """What the server says of a folder now. UIDs mean something only together with `uidvalidity`.

    `ascending` where newer mail has higher UIDs, so that a cursor can stand between the read and the unread.
    """

    uidvalidity: int
    count: int
    ascending: bool = True


class Stop(Protocol):
    """Something that can be set from another thread to end a wait, such as threading.Event."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...


class Source(Protocol):
    """One mailbox, used by one thread. Every call ends by its deadline.

    Raises model.Temporary where the server is not there, LoginRefused where it does not let us in, and
    model.Permanent where it cannot do what the settings ask.
    """

    def open(self) -> Folder:
        """Connect where needed, select the folder, and say what it holds now."""

    def new_uids(self, after: int) -> list[int]:
        """UIDs above `after`, ascending. A source without ascending UIDs gives all of them."""

    def all_uids(self) -> list[int]:
        """Every UID in the folder, for the ledger."""

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Answer]]:
        """Messages in batches bounded by count and octets, in any order; every UID asked for comes back once."""

    def file_away(self, uids: Sequence[int], *, machine: bool) -> None:
        """Flag or move judged mail as configured; what has vanished meanwhile is no error."""

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait until something may have arrived (True), the time is over, or `stop` is set."""

    def close(self) -> None:
        """End the connection; never raises."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read at once, in messages and octets; above `message_octets` only headers and text parts."""

    batch_messages: int = 50
    batch_octets: int = 8_000_000
    message_octets: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take, in seconds: to connect, for one read, for one whole operation."""

    connect: float = 10
    read: float = 60
    operation: float = 120


@dataclass(frozen=True, slots=True)
class Filing:
    """What happens to judged mail on the server: nothing, flags, or a move to one of two folders."""

    way: Literal["none", "flag", "move"] = "flag"
    folder: str = "Mailbot"
    machine_folder: str = "Mailbot/Machine"


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach one IMAP mailbox. `secret` gives the password, or the token where `oauth`, when asked."""

    host: str
    port: int
    user: str
    secret: Callable[[], str]
    tls: Tls = "implicit"
    oauth: bool = False
    folder: str = "INBOX"
    ca_file: Path | None = None
    filing: Filing = Filing()
    bounds: Bounds = Bounds()
    patience: Patience = Patience()


def batches(sizes: Sequence[tuple[int, int]], bounds: Bounds) -> Iterator[list[int]]:
    """Cut (uid, octets) pairs into batches within the bounds; one message over them is a batch of its own."""
    batch: list[int] = []
    octets = 0
    for uid, size in sizes:
        if batch and (len(batch) >= bounds.batch_messages or octets + size > bounds.batch_octets):
            yield batch
            batch, octets = [], 0
        batch.append(uid)
        octets += size
    if batch:
        yield batch
