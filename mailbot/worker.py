"""The clock: who is called when, in threads and by APScheduler, and how it all ends on SIGTERM. Thinks nothing.

One thread per mailbox collects and files away; one judges; the event loop delivers and keeps the time. They
wake each other, and each also looks by itself, so that a lost wake-up costs seconds and never a letter.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailbot import escalating, matchmaking, steps, vigil
from mailbot.intake.source import Source
from mailbot.model import MailbotError, Temporary
from mailbot.opening import Opened
from mailbot.outbox.smtp import pump
from mailbot.storage.database import Damaged
from mailbot.storage.locks import Lock, alone, sweep
from mailbot.storage.register import beat, register, run_once_a_day, sign_off
from mailbot.tending import Calls, judge, note, tend

log = logging.getLogger(__name__)
STOP_SECONDS = 8


def run_once(opened: Opened) -> bool:
    """Collect, judge, file away and deliver once; False where something outside was not there."""
    lock = _sign_on(opened)
    try:
        sound = _all_boxes(opened, _collect_once)
        while steps.judge(opened.office):
            pass
        matchmaking.tick(opened.office)
        sound &= _all_boxes(opened, _file_once)
        sound &= asyncio.run(pump(opened.delivery, stop=None))
        return sound
    finally:
        _sign_off(opened, lock)


def _all_boxes(opened: Opened, step: Callable[[Opened, str, Source], None]) -> bool:
    """Take a step for every mailbox, each in a thread of its own; a fault in one delays no other."""
    with ThreadPoolExecutor(max_workers=len(opened.boxes)) as threads:
        return all(list(threads.map(lambda name: _guarded(opened, name, step), opened.boxes)))


def _guarded(opened: Opened, name: str, step: Callable[[Opened, str, Source], None]) -> bool:
    """One step for one mailbox; False where another has it, or where it cannot be taken now."""
    try:
        with alone(opened.office.database, f"mailbox:{name}") as mine:
            return mine and _stepped(opened, name, step)
    except Damaged:
        raise
    except MailbotError as error:
        log.warning("%s: %s", name, error)
        note(opened, name, error)
        return False


def _stepped(opened: Opened, name: str, step: Callable[[Opened, str, Source], None]) -> bool:
    source = opened.boxes[name].connect()
    try:
        step(opened, name, source)
    finally:
        source.close()
    return True


def _collect_once(opened: Opened, name: str, source: Source) -> None:
    steps.collect(opened.office, name, source, opened.boxes[name].cutoff)


def _file_once(opened: Opened, name: str, source: Source) -> None:
    steps.file_away(opened.office, name, source, source.open().uidvalidity)


def run(opened: Opened) -> None:
    """Work until SIGTERM or SIGINT, then end within seconds, leaving no claim behind.

    Raises Temporary where a part of the worker fell to a bug: half a worker is worse than one started anew.
    """
    lock = _sign_on(opened)
    try:
        sound = asyncio.run(_work(opened, lock))
    finally:
        _sign_off(opened, lock)
    if not sound:
        raise Temporary("the worker ended because of a fault that its log names; start it again")


def _sign_on(opened: Opened) -> Lock:
    lock = Lock(opened.office.database, steps.worker_lock(opened.office.worker))
    if not lock.take():
        raise Temporary(f"worker {opened.office.worker} runs already; stop it first")
    try:
        register(opened.office.database, opened.office.worker, opened.office.clock())
        steps.take_over(opened.office)
        sweep(opened.office.database, steps.worker_lock(""))
    except MailbotError:
        lock.release()
        opened.office.database.close()
        raise
    return lock


def _sign_off(opened: Opened, lock: Lock) -> None:
    try:
        sign_off(opened.office.database, opened.office.worker)
    except Temporary as error:
        log.warning("not signed off: %s", error)
    lock.release()
    opened.office.database.close()


async def _work(opened: Opened, lock: Lock) -> bool:
    """All parts at work until told to stop; False where one of them fell to a bug."""
    loop, calls, stopping, due = asyncio.get_running_loop(), Calls(), asyncio.Event(), asyncio.Event()
    calls.written, calls.end = partial(_wake, loop, due), partial(_wake, loop, stopping)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    threads = [_begin(calls, name, partial(tend, opened, calls, name)) for name in opened.boxes]
    threads.append(_begin(calls, "judge", partial(judge, opened, calls)))
    scheduler = _schedule(opened, calls, due, lock)
    delivering = asyncio.create_task(_deliver(opened, due, stopping))
    delivering.add_done_callback(lambda _task: stopping.set())
    await stopping.wait()
    log.info("stopping")
    scheduler.shutdown(wait=False)
    calls.stop.set()
    calls.arrived.set()
    due.set()
    await asyncio.gather(_ended(delivering, calls), asyncio.to_thread(_join, threads))
    return not calls.broken.is_set()


def _begin(calls: Calls, name: str, work: Callable[[], None]) -> threading.Thread:
    """A part of the worker in a thread of its own. A server that hangs does not keep it from ending with the rest."""

    def guarded() -> None:
        try:
            work()
        except Exception as bug:
            log.critical("%s ends: %s", name, steps.name_bug(bug), exc_info=log.isEnabledFor(logging.DEBUG))
            calls.broken.set()
            calls.end()

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


async def _ended(delivering: asyncio.Task[None], calls: Calls) -> None:
    """Let delivery come to an end; what hangs is cut, and noted as what may have left."""
    await asyncio.wait([delivering], timeout=STOP_SECONDS)
    delivering.cancel()
    try:
        await delivering
    except asyncio.CancelledError:
        log.info("delivery was cut off")
    except Exception as bug:
        log.critical("delivery ends: %s", steps.name_bug(bug), exc_info=log.isEnabledFor(logging.DEBUG))
        calls.broken.set()


def _wake(loop: asyncio.AbstractEventLoop, due: asyncio.Event) -> None:
    loop.call_soon_threadsafe(due.set)


def _join(threads: Sequence[threading.Thread]) -> None:
    end = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


async def _deliver(opened: Opened, due: asyncio.Event, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        due.clear()
        try:
            await pump(opened.delivery, stop=stopping)
        except Damaged:
            raise
        except MailbotError as error:
            log.warning("delivery waits: %s", error)
        await due.wait()


def _schedule(opened: Opened, calls: Calls, due: asyncio.Event, lock: Lock) -> AsyncIOScheduler:
    """Set the clock: everything here may be late, skipped or done twice without harm."""
    scheduler = AsyncIOScheduler(
        timezone=opened.policy.hours.tz,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    watch = opened.settings.watch
    jobs: tuple[tuple[str, float, Callable[[], None]], ...] = (
        ("heartbeat", 20, lambda: _beat(opened, calls, lock)),
        ("take over", 30, lambda: steps.take_over(opened.office)),
        ("match", 60, lambda: matchmaking.tick(opened.office)),
        ("watch mailboxes", 60, lambda: vigil.watch_mailboxes(opened)),
        ("call people to urgent letters", 30, lambda: _call_people(opened)),
        ("check ledger", watch.ledger_minutes * 60, lambda: vigil.check_ledger(opened)),
    )
    scheduler.add_job(due.set, "interval", seconds=5, id="look for due mail")
    for name, seconds, job in jobs:
        scheduler.add_job(_kept_going(name, job), "interval", seconds=seconds, id=name)
    scheduler.add_job(_kept_going("tidy", lambda: _tidy(opened)), "cron", hour=4, minute=30, id="tidy")
    asked = _kept_going("tell what is asked", lambda: vigil.tell_what_is_asked(opened))
    scheduler.add_job(asked, "cron", hour=opened.policy.answers.report_hour, id="tell what is asked")
    scheduler.add_listener(_count_late, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
    scheduler.start()
    return scheduler


def _beat(opened: Opened, calls: Calls, lock: Lock) -> None:
    """Say that we live. Who has lost the lock is taken for dead by the others, and ends before they do its work."""
    if not lock.holds():
        lock.release()
        if not lock.take():
            log.critical("another worker has the name %s", opened.office.worker)
            calls.broken.set()
            calls.end()
            return
    beat(opened.office.database, opened.office.worker, opened.office.clock())


def _kept_going(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is told and ends nothing but itself."""

    def run_job() -> None:
        try:
            job()
        except MailbotError as error:
            log.warning("job %s waits: %s", name, error)
        except Exception as bug:
            log.error("job %s failed: %s", name, steps.name_bug(bug), exc_info=log.isEnabledFor(logging.DEBUG))  # noqa: TRY400

    return run_job


def _call_people(opened: Opened) -> None:
    if escalating.call_people(opened):
        log.info("people were called to urgent letters")


def _tidy(opened: Opened) -> None:
    now = opened.office.clock()
    today: date = now.astimezone(opened.policy.hours.tz).date()
    run_once_a_day(opened.office.database, "tidy", today, now, vigil.tidy)


def _count_late(event: object) -> None:
    log.warning("job %s was late or still running", getattr(event, "job_id", "?"))
