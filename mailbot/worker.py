"""The clock: who is called when, in threads and by APScheduler, and how it all ends on SIGTERM. Thinks nothing.

One thread per mailbox collects and files away; one judges; the event loop delivers and keeps the time. They
wake each other, and each also looks by itself, so that a lost wake-up costs seconds and never a letter.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailbot import steps, vigil
from mailbot.intake import store as intake
from mailbot.intake.source import LoginRefused, Source
from mailbot.model import MailbotError, Temporary
from mailbot.opening import Opened
from mailbot.outbox.smtp import pump
from mailbot.storage.locks import Lock, alone
from mailbot.storage.register import beat, register, run_once_a_day, sign_off

log = logging.getLogger(__name__)
BACKOFF_SECONDS = (5, 15, 60, 150, 300)
LOGIN_REFUSED_SECONDS = 300  # a wrong password tried again and again locks the account
LOCK_RETRY_SECONDS = 30
JUDGE_LOOK_SECONDS = 5
STOP_SECONDS = 8


@dataclass
class Calls:
    """How the parts of one worker wake and stop each other."""

    stop: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)
    written: Callable[[], None] = lambda: None


def run_once(opened: Opened) -> bool:
    """Collect, judge, file away and deliver once; False where something outside was not there."""
    lock = _sign_on(opened)
    try:
        sound = _all_boxes(opened, _collect_once)
        while steps.judge(opened.office):
            pass
        sound &= _all_boxes(opened, _file_once)
        sound &= asyncio.run(pump(opened.delivery, stop=None))
        return sound
    finally:
        _sign_off(opened, lock)


def _all_boxes(opened: Opened, step: Callable[[Opened, str, Source], None]) -> bool:
    """Take a step for every mailbox, each in a thread of its own; a fault in one delays no other."""
    results: list[bool] = []

    def one(name: str) -> None:
        with alone(opened.office.database, f"mailbox:{name}") as mine:
            results.append(mine and _guarded(opened, name, step))

    threads = [threading.Thread(target=one, args=(name,), name=name) for name in opened.boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return all(results)


def _guarded(opened: Opened, name: str, step: Callable[[Opened, str, Source], None]) -> bool:
    source = opened.boxes[name].connect()
    try:
        step(opened, name, source)
    except MailbotError as error:
        log.warning("%s: %s", name, error)
        intake.note_failure(opened.office.database, name, str(error), opened.office.clock())
        return False
    finally:
        source.close()
    return True


def _collect_once(opened: Opened, name: str, source: Source) -> None:
    steps.collect(opened.office, name, source, opened.boxes[name].cutoff)


def _file_once(opened: Opened, name: str, source: Source) -> None:
    steps.file_away(opened.office, name, source, source.open().uidvalidity)


def run(opened: Opened) -> None:
    """Work until SIGTERM or SIGINT, then end within seconds, leaving no claim behind."""
    lock = _sign_on(opened)
    try:
        asyncio.run(_work(opened))
    finally:
        _sign_off(opened, lock)


def _sign_on(opened: Opened) -> Lock:
    lock = Lock(opened.office.database, steps.worker_lock(opened.office.worker))
    if not lock.take():
        raise Temporary(f"worker {opened.office.worker} runs already; stop it first")
    register(opened.office.database, opened.office.worker, opened.office.clock())
    steps.take_over(opened.office)
    return lock


def _sign_off(opened: Opened, lock: Lock) -> None:
    sign_off(opened.office.database, opened.office.worker)
    lock.release()
    opened.office.database.close()


async def _work(opened: Opened) -> None:
    loop, calls, stopping, due = asyncio.get_running_loop(), Calls(), asyncio.Event(), asyncio.Event()
    calls.written = partial(_wake, loop, due)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    threads = [threading.Thread(target=_tend, args=(opened, calls, name), name=name) for name in opened.boxes]
    threads.append(threading.Thread(target=_judge, args=(opened, calls), name="judge"))
    for thread in threads:
        thread.start()
    scheduler = _schedule(opened, due)
    delivering = asyncio.create_task(_deliver(opened, due, stopping))
    await stopping.wait()
    log.info("stopping")
    scheduler.shutdown(wait=False)
    calls.stop.set()
    calls.arrived.set()
    due.set()
    await asyncio.wait([delivering], timeout=STOP_SECONDS)
    await asyncio.to_thread(_join, threads)


def _wake(loop: asyncio.AbstractEventLoop, due: asyncio.Event) -> None:
    loop.call_soon_threadsafe(due.set)


def _join(threads: Sequence[threading.Thread]) -> None:
    end = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _tend(opened: Opened, calls: Calls, name: str) -> None:
    """Collect from one mailbox for as long as the worker lives, waiting longer after each failure."""
    failures = 0
    while not calls.stop.is_set():
        lock = Lock(opened.office.database, f"mailbox:{name}")
        pause = float(LOCK_RETRY_SECONDS)
        try:
            if lock.take():
                pause = _tend_connected(opened, calls, name)
                failures = 0
        except MailbotError as error:
            log.warning("%s: %s", name, error)
            pause = _pause(error, failures)
            failures += 1
            _note(opened, name, error)
        finally:
            lock.release()
        calls.stop.wait(pause)


def _note(opened: Opened, name: str, error: MailbotError) -> None:
    try:
        intake.note_failure(opened.office.database, name, str(error), opened.office.clock())
    except MailbotError as worse:
        log.warning("%s: failure not noted: %s", name, worse)


def _pause(error: MailbotError, failures: int) -> float:
    if isinstance(error, LoginRefused):
        return LOGIN_REFUSED_SECONDS
    longest = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads reconnects, guards nothing


def _tend_connected(opened: Opened, calls: Calls, name: str) -> float:
    box = opened.boxes[name]
    source = box.connect()
    try:
        while not calls.stop.is_set():
            if steps.collect(opened.office, name, source, box.cutoff):
                calls.arrived.set()
            steps.file_away(opened.office, name, source, source.open().uidvalidity)
            source.wait(box.poll_seconds, calls.stop)
    finally:
        source.close()
    return 0.0


def _judge(opened: Opened, calls: Calls) -> None:
    while not calls.stop.is_set():
        calls.arrived.wait(JUDGE_LOOK_SECONDS)
        calls.arrived.clear()
        try:
            while not calls.stop.is_set() and steps.judge(opened.office):
                calls.written()
        except MailbotError as error:
            log.warning("judging waits: %s", error)
            calls.stop.wait(BACKOFF_SECONDS[0])


async def _deliver(opened: Opened, due: asyncio.Event, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        due.clear()
        try:
            await pump(opened.delivery, stop=stopping)
        except MailbotError as error:
            log.warning("delivery waits: %s", error)
        await due.wait()


def _schedule(opened: Opened, due: asyncio.Event) -> AsyncIOScheduler:
    """Set the clock: everything here may be late, skipped or done twice without harm."""
    scheduler = AsyncIOScheduler(
        timezone=opened.policy.hours.tz,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    watch = opened.settings.watch
    jobs: tuple[tuple[str, float, Callable[[], None]], ...] = (
        ("heartbeat", 20, lambda: beat(opened.office.database, opened.office.worker, opened.office.clock())),
        ("take over", 30, lambda: steps.take_over(opened.office)),
        ("watch mailboxes", 60, lambda: vigil.watch_mailboxes(opened)),
        ("check ledger", watch.ledger_minutes * 60, lambda: vigil.check_ledger(opened)),
    )
    scheduler.add_job(due.set, "interval", seconds=5, id="look for due mail")
    for name, seconds, job in jobs:
        scheduler.add_job(_kept_going(name, job), "interval", seconds=seconds, id=name)
    scheduler.add_job(_kept_going("tidy", lambda: _tidy(opened)), "cron", hour=4, minute=30, id="tidy")
    scheduler.add_listener(_count_late, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
    scheduler.start()
    return scheduler


def _kept_going(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is told and ends nothing but itself."""

    def run_job() -> None:
        try:
            job()
        except Exception:
            log.exception("job %s failed", name)

    return run_job


def _tidy(opened: Opened) -> None:
    now = opened.office.clock()
    today: date = now.astimezone(opened.policy.hours.tz).date()
    run_once_a_day(opened.office.database, "tidy", today, now, vigil.tidy)


def _count_late(event: object) -> None:
    log.warning("job %s was late or still running", getattr(event, "job_id", "?"))
