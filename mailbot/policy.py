"""The town's policy: rules.yaml, read strictly and checked. Each capability says what its own section means.

Where mail comes from and goes to is not policy; that is in `settings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mailbot.answers.library import AnswersPolicy
from mailbot.intake.forms import FormsPolicy
from mailbot.matching.playbook import Matchmaker, Playbook
from mailbot.model import ConfigurationError
from mailbot.outbox.limits import OutboxPolicy
from mailbot.strict import Document, read_made, read_sections
from mailbot.tickets.escalation import EscalationPolicy
from mailbot.tickets.hours import Hours
from mailbot.tickets.outlook import Pace
from mailbot.tickets.promises import Promises
from mailbot.tickets.roster import RosterPolicy
from mailbot.tickets.standing import DeskPolicy
from mailbot.triage.rules import TriagePolicy


class Town(BaseModel):
    """Who we are, in the words that citizens read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    name_in: dict[str, str] = {}
    desk: str
    phone: str
    emergency: str = "112"
    website: str = ""
    languages: tuple[str, ...] = ("nl", "fr", "en", "de")
    tag: str = Field(default="LH", pattern=r"^[A-Z]{1,8}$")


class Policy(BaseModel):
    """All of rules.yaml. An unknown key is an error, so that a slip of the pen is never silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    town: Town
    hours: Hours = Hours()
    alerts: dict[str, tuple[str, ...]] = {}
    outbox: OutboxPolicy = OutboxPolicy()
    desk: DeskPolicy = DeskPolicy()
    promises: Promises = Promises()
    roster: RosterPolicy = RosterPolicy()
    forms: FormsPolicy = FormsPolicy()
    escalation: EscalationPolicy = EscalationPolicy()
    spocs: dict[str, str] = {}
    pace: Pace = Pace()
    triage: TriagePolicy = TriagePolicy()
    answers: AnswersPolicy = AnswersPolicy()
    playbook: Playbook = Playbook()
    matchmakers: tuple[Matchmaker, ...] = ()


def load_policy(path: Path) -> Policy:
    """Read and check rules.yaml. Raises ConfigurationError that names every problem with file and line.

    The same words are made a policy once in a process; a changed file is always read anew.
    """
    return read_made(path, check_policy)


def load_sections(path: Path, names: Sequence[str]) -> Policy:
    """Only some sections of rules.yaml, for commands that must start fast; the rest is as by default.

    Raises ConfigurationError for what is wrong in those sections.
    """
    document = read_sections(path, names)
    found = document.value if isinstance(document.value, dict) else {}
    town = {"name": "", "desk": "", "phone": ""} | found.get("town", {})
    return check_policy(Document(document.name, {**found, "town": town}, document.lines))


def check_policy(document: Document) -> Policy:
    """Turn a parsed document into the policy. Raises ConfigurationError as `load_policy` does."""
    if not isinstance(document.value, dict):
        raise ConfigurationError(f"{document.name}:1: keys expected, such as `town:`; see docs/rules.md")
    try:
        return Policy.model_validate(document.value)
    except ValidationError as error:
        problems = [_problem(document, dict(each)) for each in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(problems) + "\nmend it and run `mailbot check`") from error


def _problem(document: Document, error: dict[str, Any]) -> str:
    path = tuple(error["loc"])
    where = ".".join(str(step) for step in path)
    is_unknown = error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}
    message = "unknown key" if is_unknown else str(error["msg"])
    return f"{document.name}:{document.line(path)}: {where}: {message}"
