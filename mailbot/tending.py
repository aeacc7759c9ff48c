"""The parts of a worker that go on until told to stop: tending one mailbox, and judging. `worker` starts them."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from mailbot import steps
from mailbot.intake import store as intake
from mailbot.intake.source import LoginRefused
from mailbot.model import MailbotError
from mailbot.opening import Opened, renewed
from mailbot.storage.database import Damaged
from mailbot.storage.locks import Lock

log = logging.getLogger(__name__)
BACKOFF_SECONDS = (5, 15, 60, 150, 300)
LOGIN_REFUSED_SECONDS = 300  # a wrong password tried again and again locks the account
LOCK_RETRY_SECONDS = 30
JUDGE_LOOK_SECONDS = 5


@dataclass
class Calls:
    """How the parts of one worker wake and stop each other."""

    stop: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)
    broken: threading.Event = field(default_factory=threading.Event)
    written: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None


def tend(opened: Opened, calls: Calls, name: str) -> None:
    """Collect from one mailbox for as long as the worker lives, waiting longer after each failure."""
    failures = 0

    def sound() -> None:
        nonlocal failures
        failures = 0

    while not calls.stop.is_set():
        lock = Lock(opened.office.database, f"mailbox:{name}")
        pause = float(LOCK_RETRY_SECONDS)
        try:
            if lock.take():
                pause = _tend_connected(opened, calls, name, lock, sound)
        except Damaged:
            raise
        except MailbotError as error:
            log.warning("%s: %s", name, error)
            pause = _pause(error, failures)
            failures += 1
            note(opened, name, error)
        finally:
            lock.release()
        calls.stop.wait(pause)


def note(opened: Opened, name: str, error: MailbotError) -> None:
    """Note for `status` and the watch that a mailbox fails, if the database will have it."""
    try:
        intake.note_failure(opened.office.database, name, str(error), opened.office.clock())
    except MailbotError as worse:
        log.warning("%s: failure not noted: %s", name, worse)


def _pause(error: MailbotError, failures: int) -> float:
    if isinstance(error, LoginRefused):
        return LOGIN_REFUSED_SECONDS
    longest = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads reconnects, guards nothing


def _tend_connected(opened: Opened, calls: Calls, name: str, lock: Lock, sound: Callable[[], None]) -> float:
    box = opened.boxes[name]
    source = box.connect()
    try:
        while not calls.stop.is_set() and lock.holds():
            if steps.collect(opened.office, name, source, box.cutoff, calls.stop.is_set):
                calls.arrived.set()
            sound()
            steps.file_away(opened.office, name, source, source.open().uidvalidity)
            source.wait(box.poll_seconds, calls.stop)
    finally:
        source.close()
    return 0.0


def judge(opened: Opened, calls: Calls) -> None:
    """Judge whatever waits, for as long as the worker lives; a changed library is taken up before the next look."""
    seen: object = None
    while not calls.stop.is_set():
        calls.arrived.wait(JUDGE_LOOK_SECONDS)
        calls.arrived.clear()
        try:
            opened, seen = renewed(opened, seen)
            while not calls.stop.is_set() and steps.judge(opened.office):
                calls.written()
        except Damaged:
            raise
        except MailbotError as error:
            log.warning("judging waits: %s", error)
            calls.stop.wait(BACKOFF_SECONDS[0])
