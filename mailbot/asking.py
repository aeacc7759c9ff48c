"""What people ask, gathered for the report and the clusters, and the morning mail that tells it. Shell."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mailbot.answering import Answering
from mailbot.answers import asked_store
from mailbot.answers.clusters import Cluster, clusters
from mailbot.answers.library import Library, expiring
from mailbot.answers.store import load_synonyms
from mailbot.correspondence import Correspondence
from mailbot.letterhead import Letterhead
from mailbot.model import Address, Lane
from mailbot.outbox import store as outbox
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft
from mailbot.reports.asked import Asked, as_page, as_text
from mailbot.shipped import shipped

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def waiting_clusters(connection: Connection, today: date, least: int = 2) -> list[Cluster]:
    """The questions that wait for a person, grouped by what they ask."""
    synonyms = load_synonyms(shipped("data") / "answers")
    return clusters(asked_store.unanswered(connection), synonyms, today, least)


def gather(connection: Connection, library: Library, letters: Correspondence, now: datetime) -> Asked:
    """All that the report tells of the 24 hours before now."""
    policy = letters.desk.policy
    today = now.astimezone(policy.hours.tz).date()
    asked = asked_store.asked_between(connection, now - DAY, now)
    week = asked_store.asked_between(connection, now - DAY - WEEK, now - DAY)
    told, doubted = asked_store.told_between(connection, now - DAY, now)
    usual = Counter(topic for _, topics, _ in week for topic in topics[:1])
    return Asked(
        today=today,
        questions=len(asked),
        before=len(asked_store.asked_between(connection, now - 2 * DAY, now - DAY)),
        alone=asked_store.answered_alone(connection, now - DAY, now),
        languages=Counter(language for language, _, _ in asked),
        topics=Counter(topic for _, topics, _ in asked for topic in topics[:1]),
        week={topic: count / 7 for topic, count in usual.items()},
        said=letters.words,
        language=letters.templates.first_language,
        told=told,
        doubted=doubted,
        groups=waiting_clusters(connection, today),
        waiting=len(asked_store.unanswered(connection)),
        expiring=[
            (each.id, str(each.valid_until)) for each in expiring(library, today, policy.answers.expiring_days)
        ],
    )


def with_library(correspondence: Correspondence, answering: Answering) -> Correspondence:
    """The same correspondence with another library."""
    return replace(correspondence, desk=replace(correspondence.desk, answering=answering))


def enqueue_report(connection: Connection, correspondence: Correspondence, asked: Asked, now: datetime) -> int:
    """Queue the report for everybody who gets it; how many do. A second of the same day changes nothing."""
    policy = correspondence.desk.policy
    readers = [address for role in policy.answers.report_to for address in policy.alerts.get(role, ())]
    outbox.enqueue(connection, [_report(correspondence, asked, each, now) for each in readers], now)
    return len(readers)


def _report(correspondence: Correspondence, asked: Asked, recipient: str, now: datetime) -> Draft:
    key = hashlib.sha256(f"{recipient} {asked.today}".encode()).hexdigest()[:20]
    words = Rendered(
        subject=correspondence.say("report", questions=asked.questions, waiting=asked.waiting),
        text=as_text(asked).replace("**", "") + "\n",
        html=as_page(asked, correspondence.desk.policy.town.name),
        language=asked.language,
    )
    frame = Letterhead(
        sender=correspondence.first,
        recipient=Address(recipient),
        purpose="report",
        once_key=f"report:{key}",
        revision=f"r{key}",
        lane=Lane.DIGEST,
    )
    return correspondence.mail(frame, words, now)
