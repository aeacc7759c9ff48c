"""What the screen reads: the queue and one ticket, by the way that starts fast. What it does to them is in `asking`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.queueing import ask_queue, queue_policy
from mailbot.storage.reading import Row, open_reader
from mailbot.storage.views import Filters
from mailbot.storage.views import ticket as ticket_of

if TYPE_CHECKING:
    from mailbot.writing import Writing

SHOWN = 200
MOST_PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """One operator at one desk. What deeds are done with is opened by the first that needs it."""

    opening: Callable[[], Writing]
    folder: Path
    actor: str
    url: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def writing(self) -> Writing:
        return self.opening()


def queue(asking: Asking, words: Sequence[str] = ()) -> list[Row]:
    """What waits for somebody here, the most pressing first; what colleagues hold is shown as theirs."""
    moment = asking.clock()
    filters = Filters(("new", "open"), words=tuple(words), limit=SHOWN, now=moment)
    with open_reader(asking.url) as reader:
        return ask_queue(reader, queue_policy(asking.folder), filters, moment)


def ticket(asking: Asking, number: int) -> Row | None:
    """One ticket with its letters."""
    with open_reader(asking.url) as reader:
        return ticket_of(reader, number)
