"""What the desk would make of a letter, as `explain` tells it: no database, no network, and no letter too odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot import desk as desk_of
from mailbot.answering import make_answering
from mailbot.answers.store import load_index, load_weights, weights_folder
from mailbot.desk import Desk
from mailbot.intake.screen import Own
from mailbot.model import Action, Judgement, Threads
from mailbot.place import FILE, rules_file
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.tickets.rows import verdict_json
from mailbot.tickets.threads import Signing
from mailbot.triage.store import load_rules


def make_reading_desk(folder: Path | None) -> Desk:
    """A desk that can judge and not act: the town's rules where `folder` is a desk, else the shipped ones."""
    here = folder or Path()
    rules = rules_file(here) if (here / FILE).is_file() else None
    policy = load_policy(rules if rules and rules.is_file() else shipped("rules.yaml"))
    own, signing = Own(frozenset(), "mailbot.invalid"), Signing(b"", "", policy.town.tag)
    answers = here / "answers" if (here / "answers").is_dir() else shipped("data") / "answers"
    answering = make_answering(load_index(answers), load_weights(weights_folder(folder)), policy.answers)
    return Desk(policy, load_rules(policy.triage, here), own, signing, answering=answering)


def explain(octets: bytes, file: str, mailbox: str, desk: Desk, now: datetime) -> dict[str, Any]:
    """Everything concluded of one letter, as plain JSON values under the names of docs/explain.md."""
    reading = desk_of.read(octets, mailbox, desk)
    return as_json(file, desk_of.judge(reading, desk, Threads(), now))


def as_json(file: str, judgement: Judgement) -> dict[str, Any]:
    """A judgement as plain JSON values."""
    letter, screening = judgement.letter, judgement.screening
    verdict = verdict_json(judgement.verdict)
    bounce = screening.bounce
    found = {name: verdict[name] for name in _VERDICT}
    return {
        "file": file,
        "subject": letter.subject,
        "from": {"name": letter.author.name, "email": letter.author.email} if letter.author else None,
        "to": [address.email for address in letter.to],
        "date": letter.date.isoformat() if letter.date else None,
        "message_id": letter.message_id,
        "text": letter.text,
        "new_text": letter.new_text,
        "attachments": [asdict(each) for each in letter.attachments],
        "bounce": {"recipients": list(bounce.recipients), "status": bounce.status, "hard": bounce.hard}
        if bounce
        else None,
        **found,
        "thread": judgement.thread,
        "actions": [_action(action) for action in judgement.actions],
        "reasons": [{"about": "kind", "value": found["kind"], "because": screening.reason}, *verdict["reasons"]],
    }


_VERDICT = (
    *("kind", "intent", "also", "confidence", "automatic", "language", "urgent", "audience", "on_behalf"),
    *("categories", "topics", "place", "phone"),
)


def _action(action: Action) -> Mapping[str, Any]:
    named = asdict(action)
    return {"do": type(action).__name__} | {name: value for name, value in named.items() if name != "fingerprint"}
