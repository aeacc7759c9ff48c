"""The mailing to care actors: one reviewed letter to each address of a list, once, with a way out. One transaction.

Each mail is a question of its own (`ask`), so that a second run sends nothing, and STOP is believed of nobody but
the one who was written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mailbot import match_letters
from mailbot.match_effects import Scene
from mailbot.match_frame import can_be_written_to
from mailbot.matching import mail_store
from mailbot.matching.mail_store import Question
from mailbot.model import Address, ConfigurationError
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft

KEPT = timedelta(days=365)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_LANGUAGE = re.compile(r"^##[ \t]+([a-z]{2})[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody on the list."""

    email: str
    name: str = ""
    language: str = ""


def read_letter(name: str, content: str) -> dict[str, Rendered]:
    """A letter by language: `## nl`, a line `Subject: ...`, the text. Raises ConfigurationError with the line."""
    parts = _LANGUAGE.split(content.replace("\r\n", "\n"))
    found: dict[str, Rendered] = {}
    for language, part in zip(parts[1::2], parts[2::2], strict=True):
        head, _, text = part.strip().partition("\n")
        line = content[: content.index(f"## {language}")].count("\n") + 2 if f"## {language}" in content else 1
        if not head.startswith("Subject:") or not head.removeprefix("Subject:").strip():
            raise ConfigurationError(f"{name}:{line}: a line `Subject: ...` expected below `## {language}`")
        if not text.strip():
            raise ConfigurationError(f"{name}:{line}: no text below the subject in {language}")
        found[language] = Rendered(head.removeprefix("Subject:").strip(), text.strip(), "", language)
    if not found:
        raise ConfigurationError(f"{name}:1: begins with a line such as `## nl`; see docs/matching.md")
    return found


def read_actors(rows: Iterable[Mapping[str, str | None]]) -> tuple[list[Actor], list[str]]:
    """The list, each address once, and in words what is wrong with which row; columns email, name, language."""
    actors: dict[str, Actor] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, 2):
        email = (row.get("email") or "").strip().lower()
        if not can_be_written_to(email):
            problems.append(f"row {number}: {email!r} is no address")
            continue
        name, language = ((row.get(key) or "").strip() for key in ("name", "language"))
        actors.setdefault(email, Actor(email, name, language.lower()[:2]))
    return list(actors.values()), problems


def prepare(
    scene: Scene, name: str, letter: Mapping[str, Rendered], actors: Iterable[Actor]
) -> tuple[list[Draft], int]:
    """A mail to everybody on the list who has not had this mailing, and did not say STOP; how many were left out."""
    if not NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r}: name a mailing with small letters, digits and hyphens, by --name")
    drafts: list[Draft] = []
    left = 0
    silent = mail_store.unwanted(scene.connection)
    for each in actors:
        key = f"mailing:{name}:{each.email}"
        question = Question("mailing", "actor", 0, None, each.email, key, scene.now + KEPT)
        number = None if each.email in silent else mail_store.ask(scene.connection, question, scene.now)
        if number is None:
            left += 1
            continue
        words = letter.get(each.language) or next(iter(letter.values()))
        to = Address(each.email, each.name)
        drafts.append(match_letters.mailing_draft(scene.letters, to, words, number, scene.now))
    return drafts, left
