"""Trying everything a run needs, one finding at a time, each failure with the next step. Changes nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from aiosmtplib import SMTPException

from mailbot.answers.library import check_library
from mailbot.answers.store import load_library
from mailbot.model import Letter, MailbotError, Temporary
from mailbot.opening import Box, make_box, make_desk, make_notes, make_relay, make_templates
from mailbot.outbox.notes import Notes
from mailbot.outbox.render import Templates, check_templates
from mailbot.outbox.smtp import Relay, connect
from mailbot.place import database_url
from mailbot.policy import Policy, load_policy
from mailbot.settings import Settings, load_settings
from mailbot.storage.database import Database, ping
from mailbot.storage.reading import as_time, open_reader
from mailbot.storage.schema import require_current
from mailbot.triage.rules import Topic, TriagePolicy, compile_rules, rule_problems
from mailbot.triage.store import load_records, load_sentences

T = TypeVar("T")
CLOCK_MAY_LAG = timedelta(minutes=5)
MENDED_PYTHONS = {11: 15, 12: 13, 13: 12}  # CVE-2026-1299: newlines in headers when a message is serialised
SAMPLE = {
    "tag": "[LH#1042]",
    "name": "Maria",
    "town": "Leuven",
    "town_in": {"fr": "Louvain"},
    "desk": "Leuven Helpt",
    "phone": "016/27 27 72",
    "emergency": "112",
    "website": "www.leuven.be",
    "is_urgent": True,
    "categories": ("groceries", "pharmacy"),
    "topics": ("gatherings",),
    "place": "Kessel-Lo",
    "has_phone": False,
    "asks_street": True,
    "offers": 1490,
    "requests": 120,
    "opening": "morgen vanaf 8 uur",
    "answers": [{"question": "Is het recyclagepark open?", "text": "Ja.", "source": "de stad", "date": "1 mei 2020"}],
    "since": "18 maart 2020",
    "by": "vandaag nog",
    "is_surge": True,
    "operator": "An",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, whether it is sound, and in words what was found or what to do."""

    what: str
    is_sound: bool
    text: str


def inspect(folder: Path, *, offline: bool = False) -> Iterator[Finding]:
    """Try everything, in the order in which a run needs it; stops early where nothing further can be tried."""
    settings, found = _tried("settings", lambda: load_settings(folder), _told_settings)
    yield found
    if settings is None:
        return
    policy, found = _tried("rules", lambda: load_policy(folder / settings.rules), _told_policy)
    yield found
    yield _database(folder)
    yield _python()
    if policy is None:
        return
    yield _clock(folder, policy, datetime.now(UTC))
    yield from _idle_rules(policy)
    yield from _desk(folder, settings, policy)
    if not offline:
        yield from _servers(folder, settings, policy)


def _idle_rules(policy: Policy) -> Iterator[Finding]:
    """Rules of triage that compile and still do nothing on any letter of the corpus; not wrong, but worth a look."""
    yield from (Finding("rules", True, problem) for problem in _idle(policy.triage))


@lru_cache(maxsize=2)
def _idle(policy: TriagePolicy) -> tuple[str, ...]:
    """What the whole corpus says of the rules, which takes two seconds; asked once for the same rules."""
    letters = [Letter(subject=str(each["subject"]), new_text=str(each["body"])) for each in load_records()]
    posts = [Letter(new_text=each.text) for each in load_sentences() if not each.made]
    return tuple(rule_problems(compile_rules(policy), [*letters, *posts]))


def _told_settings(settings: Settings) -> str:
    return f"{len(settings.mailboxes)} mailboxes"


def _told_policy(policy: Policy) -> str:
    return f"for {policy.town.name}"


def _told_templates(templates: Templates) -> str:
    return f"{len(templates.compiled)} compiled"


def _told_notes(notes: Notes) -> str:
    return f"{len(notes.compiled)} compiled"


def _tried(what: str, trial: Callable[[], T], told: Callable[[Any], str]) -> tuple[T | None, Finding]:
    try:
        result = trial()
    except MailbotError as error:
        return None, Finding(what, False, str(error))
    return result, Finding(what, True, told(result))


def _desk(folder: Path, settings: Settings, policy: Policy) -> Iterator[Finding]:
    yield _tried("signing key", lambda: make_desk(folder, settings, policy), lambda _desk: "in place")[1]
    templates, found = _tried(
        "templates",
        lambda: make_templates(folder, settings, policy),
        _told_templates,
    )
    yield found
    if templates is not None:
        problems = check_templates(templates, policy.town.languages, SAMPLE)
        yield from (Finding("templates", False, problem) for problem in problems)
    yield from _answers(folder / settings.answers, policy)
    yield from _matching(folder, settings, policy)


def _matching(folder: Path, settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Whether matching can work: its mails, its matchmakers, and whether their answers can be believed."""
    notes, found = _tried("notes", lambda: make_notes(folder, settings, policy), _told_notes)
    yield found
    if notes is None or not policy.matchmakers:
        yield Finding("matching", True, "no matchmakers in rules.yaml: nothing is proposed; see docs/matching.md")
        return
    missing = [each for each in policy.town.languages if each not in notes.labels]
    if missing:
        told = f"digest.yaml is missing in {', '.join(missing)}; copy it from nl and translate it"
        yield Finding("notes", False, told)
    if not settings.authserv_id:
        advice = "no matchmaker's answer by mail can be believed; set authserv_id in mailbot.toml"
        yield Finding("matching", False, f"authserv_id is not set: {advice}")
        return
    yield Finding("matching", True, f"{len(policy.matchmakers)} matchmakers, vouched for by {settings.authserv_id}")


def _answers(folder: Path, policy: Policy) -> Iterator[Finding]:
    """The library: how much of it is true today, and everything wrong with it."""
    library, today = load_library(folder), datetime.now(policy.hours.tz).date()
    valid = sum(each.valid_on(today) for each in library.answers.values())
    yield Finding("answers", True, f"{len(library.answers)} in {folder}, {valid} true today; the others are never sent")
    for problem in check_library(library, policy.answers.languages, get_args(Topic)):
        yield Finding("answers", False, problem)


def _database(folder: Path) -> Finding:
    def trial() -> str:
        database = Database(database_url(folder))
        try:
            require_current(database)
            return ping(database)
        finally:
            database.close()

    return _tried("database", trial, str)[1]


def _clock(folder: Path, policy: Policy, now: datetime) -> Finding:
    """The time as the desk reads it, and whether it has been later before."""
    local = f"{now.astimezone(policy.hours.tz):%Y-%m-%d %H:%M} in {policy.hours.zone}"
    try:
        with open_reader(database_url(folder)) as reader:
            latest = as_time((reader.row("SELECT max(collected_at) AS at FROM message") or {}).get("at"))
    except MailbotError:
        latest = None  # the database has a finding of its own
    if latest and latest - now > CLOCK_MAY_LAG:
        ahead = f"but a letter was collected at {latest:%Y-%m-%d %H:%M} UTC"
        return Finding("clock", False, f"{local}, {ahead}; set the clock (`timedatectl`), then run `mailbot check`")
    return Finding("clock", True, local)


def _python() -> Finding:
    version = sys.version_info
    mended = MENDED_PYTHONS.get(version.minor, 0)
    told = f"{version.major}.{version.minor}.{version.micro}"
    if version.micro < mended:
        told += f" (3.{version.minor}.{mended} mends header faults that mailbot guards against by itself)"
    return Finding("python", True, told)


def _servers(folder: Path, settings: Settings, policy: Policy) -> Iterator[Finding]:
    for name, box in settings.mailboxes.items():
        yield _tried(f"mailbox {name}", lambda name=name, box=box: _look(make_box(folder, name, box, policy)), str)[1]  # type: ignore[misc]
    yield _tried("relay", lambda: asyncio.run(_greet(make_relay(folder, settings.smtp))), str)[1]


def _look(box: Box) -> str:
    source = box.connect()
    try:
        return f"{source.open().count} messages"
    finally:
        source.close()


async def _greet(relay: Relay) -> str:
    try:
        client = await connect(relay)
        await client.quit()
    except (SMTPException, OSError) as error:
        raise Temporary(f"{relay.host}:{relay.port}: {error}; mend [smtp] in mailbot.toml") from error
    return f"{relay.host} greets us"


def ask_servers(folder: Path) -> Mapping[str, tuple[int, Sequence[int]]]:
    """What every mail server holds now: UIDVALIDITY and all UIDs per mailbox. Raises what connecting raises."""
    settings = load_settings(folder)
    policy = load_policy(folder / settings.rules)
    held: dict[str, tuple[int, Sequence[int]]] = {}
    for name, box in settings.mailboxes.items():
        source = make_box(folder, name, box, policy).connect()
        try:
            held[name] = (source.open().uidvalidity, source.all_uids())
        finally:
            source.close()
    return held
