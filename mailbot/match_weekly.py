"""Nobody in limbo: offers are asked every week whether they stand, and silence is counted. Twice does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot import match_letters
from mailbot.correspondence import Tally
from mailbot.match_frame import can_be_written_to
from mailbot.matching import mail_store, records_store
from mailbot.matching.mail_store import Question
from mailbot.matching.playbook import Playbook
from mailbot.outbox import store as outbox
from mailbot.outbox.store import Draft
from mailbot.steps import Office
from mailbot.tickets.hours import is_open

MOST_RECONFIRMED = 100


def count_silences(connection: Connection, playbook: Playbook, now: datetime) -> None:
    """Questions left without an answer; too many, and an offer is only asked whether it still stands."""
    for asked in mail_store.unanswered(connection, now):
        is_first = mail_store.settle_ask(connection, asked["id"], "silence", now)
        if is_first and asked["side"] == "volunteer":
            records_store.count_silence(connection, asked["ticket"], playbook.time_limits.silences, now)


def reconfirm(office: Office, now: datetime) -> None:
    """Ask offers that were not confirmed for `reconfirm_days`, some at a time while the desk is open.

    Nobody is asked twice within those days, because what was asked is written down.
    """
    if not is_open(office.desk.policy.hours, now):
        return
    with office.database.begin() as connection:
        outbox.enqueue(connection, _reconfirmations(connection, office, now), now)


def _reconfirmations(connection: Connection, office: Office, now: datetime) -> list[Draft]:
    letters, days = office.correspondence, office.desk.policy.playbook.reconfirm_days
    tally = Tally(*records_store.tally(connection))
    sought = records_store.sought_by_organisations(connection)
    drafts = []
    asked = records_store.to_reconfirm(connection, now - timedelta(days=days), now, MOST_RECONFIRMED)
    for offer in (each for each in asked if can_be_written_to(each["email"])):
        question = Question(
            *("reconfirm", "volunteer", offer["ticket"], None, offer["email"]),
            *(f"reconfirm:{offer['ticket']}:{now.date()}", now + timedelta(days=days)),
        )
        number = mail_store.ask(connection, question, now)
        calls = [
            match_letters.call_said(letters, row, letters.notes.language(offer["language"]), now)
            for row in sought
            if set(row["kinds"]) & set(offer["kinds"])
        ]
        if number:
            drafts.append(match_letters.reconfirm_draft(letters, offer, number, tally, calls[:5], now))
    return drafts
