"""Watching over the desk: mailboxes that fail or fall silent, the breaker, the ledger. Alerts go by mail, once each."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, select

from mailbot.asking import enqueue_report, gather
from mailbot.opening import Opened, renewed
from mailbot.outbox import store as outbox
from mailbot.outbox.upkeep_store import left_to_a_person
from mailbot.storage.ledger import balance
from mailbot.storage.register import run_once_a_day
from mailbot.storage.tables import BREAKER, JOB_RUN, MAILBOX
from mailbot.tickets.hours import is_open

log = logging.getLogger(__name__)
KEPT_DAYS = 60


def watch_mailboxes(opened: Opened) -> None:
    """Tell the system's people of every mailbox in trouble, of parked mail and of mail that may be lost; once each."""
    now = opened.office.clock()
    with opened.office.database.begin() as connection:
        for box in connection.execute(select(MAILBOX)):
            trouble = _trouble(opened, box, now)
            if trouble:
                _tell(opened, connection, now, *trouble)
        for breaker in connection.execute(select(BREAKER).where(BREAKER.c.until > now)):
            about = f"breaker:{breaker.opened_at.isoformat()}"
            title = opened.office.correspondence.say("mail_parked")
            _tell(opened, connection, now, title, breaker.reason, "mailbot outbox list", about)
        count, newest = left_to_a_person(connection)
        if count:
            letters, about = opened.office.correspondence, f"unsure:{newest}"
            line, next_step = letters.say("unsure", count=count), "mailbot outbox list --state unknown"
            _tell(opened, connection, now, letters.say("mail_unsure"), line, next_step, about)


def _trouble(opened: Opened, box: Row[tuple[object, ...]], now: datetime) -> tuple[str, str, str, str] | None:
    watch, letters = opened.settings.watch, opened.office.correspondence
    if box.failing_since and now - box.failing_since > timedelta(minutes=watch.failing_minutes):
        about = f"failing:{box.name}:{box.failing_since.isoformat()}"
        return letters.say("mailbox_unread", mailbox=box.name), box.last_error, "mailbot check", about
    silent = timedelta(minutes=watch.silent_minutes)
    was_open = is_open(opened.policy.hours, now) and is_open(opened.policy.hours, now - silent)
    if was_open and box.last_arrival_at and now - box.last_arrival_at > silent:
        about = f"silent:{box.name}:{box.last_arrival_at.isoformat()}"
        last = f"{box.last_arrival_at.astimezone(opened.policy.hours.tz):%d/%m %H:%M}"
        title, line = letters.say("mailbox_silent", mailbox=box.name), letters.say("last_letter", moment=last)
        return title, line, "mailbot check", about
    return None


def _tell(
    opened: Opened, connection: Connection, now: datetime, title: str, line: str, next_step: str, about: str
) -> None:
    drafts = opened.office.correspondence.alert("system", title, [line], next_step, now, about=about)
    outbox.enqueue(connection, drafts, now)


def check_ledger(opened: Opened) -> None:
    """Add everything up, and tell the system's people when it does not."""
    now = opened.office.clock()
    with opened.office.database.read() as connection:
        found = balance(connection)
    if found.unexplained:
        log.error("the ledger does not balance: %s unexplained", found.unexplained)
        letters = opened.office.correspondence
        line = letters.say("unexplained", count=found.unexplained)
        about = f"ledger:{now.date().isoformat()}"
        with opened.office.database.begin() as connection:
            _tell(opened, connection, now, letters.say("ledger_wrong"), line, "mailbot doctor", about)


def tell_what_is_asked(opened: Opened) -> None:
    """The morning report of what people ask, once a day."""

    def work(connection: Connection, now: datetime) -> None:
        letters, library = opened.office.correspondence, opened.office.desk.answering.index.library()
        asked = gather(connection, library, letters, now)
        enqueue_report(connection, letters, asked, now)

    opened, _ = renewed(opened, None)
    now = opened.office.clock()
    run_once_a_day(opened.office.database, "asked", now.astimezone(opened.policy.hours.tz).date(), now, work)


def tidy(connection: Connection, now: datetime) -> None:
    """Forget what only served its day."""
    connection.execute(delete(JOB_RUN).where(JOB_RUN.c.at < now - timedelta(days=KEPT_DAYS)))
