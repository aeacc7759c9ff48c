"""Judgements as rows: what `store` writes, worked out without touching a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.model import (
    Acknowledge,
    Alert,
    Append,
    Evidence,
    FileAs,
    Intent,
    Judgement,
    Letter,
    MessageState,
    OpenTicket,
    Silence,
    Status,
    Suggest,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One message with what was concluded of it; `mailbox` is where it came in first."""

    message: int
    mailbox: str
    judgement: Judgement


def ticket_row(each: Judged, action: OpenTicket, now: datetime) -> dict[str, Any]:
    """The ticket that one intent of a letter opens; it waits for the writer where our mail answers all of it."""
    letter, verdict = each.judgement.letter, each.judgement.verdict
    return {
        "status": Status.PENDING if action.intent is Intent.INFO and _is_answered(each) else Status.NEW,
        "intent": action.intent,
        "urgent": action.urgent,
        "version": 1,
        "language": verdict.language,
        "audience": verdict.audience,
        "on_behalf": verdict.on_behalf,
        "confidence": verdict.confidence,
        "automatic": verdict.automatic,
        "categories": list(verdict.categories),
        "topics": list(verdict.topics),
        "needs": dict(verdict.needs),
        "place": verdict.place,
        "phone": verdict.phone,
        "channel": letter.channel,
        "mailbox": each.mailbox,
        "subject": letter.subject,
        "requester_email": letter.sender.email if letter.sender else "",
        "requester_name": _name(letter),
        "created_at": now,
        "updated_at": now,
        "waits_since": now,
        "last_news": 1,
    }


def _name(letter: Letter) -> str:
    """The writer's name: the sender's, or what a form says where it gives no address."""
    named = letter.sender or (letter.author if letter.channel == "form" else None)
    return named.name if named else ""


def events(each: Judged, opened: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """What the history shall say: one row for each thing done, and the reason where nothing was."""
    common = {"at": now, "actor": "mailbot", "message": each.message, "ticket": opened[0] if opened else None}
    rows = [{**common, "kind": "opened", "ticket": number, "details": {}} for number in opened]
    for action in each.judgement.actions:
        match action:
            case Append():
                details = {"how": action.reason, "status": action.status}
                rows.append({**common, "kind": "letter", "ticket": action.ticket, "details": details})
            case Suggest():
                rows.append({**common, "kind": "suggested", "details": {"ticket": action.ticket, "how": action.reason}})
            case Silence():
                rows.append({**common, "kind": "silent", "details": {"reason": action.reason}})
            case Alert():
                rows.append({**common, "kind": "alerted", "details": {"role": action.role, "reason": action.reason}})
            case Acknowledge() if action.answers:
                rows.append({**common, "kind": "informed", "ticket": _asked_on(each, opened), **_told(action.answers)})
            case _:
                pass
    return rows + _advised(each, {**common, "ticket": _asked_on(each, opened)})


def _is_answered(each: Judged) -> bool:
    owed = next((action for action in each.judgement.actions if isinstance(action, Acknowledge)), None)
    return owed is not None and bool(owed.answers) and "rest" not in owed.purposes


def _asked_on(each: Judged, opened: Sequence[int]) -> int | None:
    """The ticket that the question of a letter opened, or that the letter was put on."""
    actions = each.judgement.actions
    intents = [action.intent for action in actions if isinstance(action, OpenTicket)]
    asked = [number for intent, number in zip(intents, opened, strict=False) if intent is Intent.INFO]
    return next(iter((*asked, *opened, *(action.ticket for action in actions if isinstance(action, Append)))), None)


def _advised(each: Judged, common: dict[str, Any]) -> list[dict[str, Any]]:
    """What a person should know: answers of the library that may fit, and that an earlier one was doubted."""
    answers = [one for one in each.judgement.advice if one.about == "answer"]
    rows = [{**common, "kind": "proposed", **_told(answers)}] if answers else []
    doubts = [one for one in each.judgement.advice if one.about == "doubt"]
    return rows + [{**common, "kind": "doubted", "details": {"reason": one.because}} for one in doubts]


def _told(answers: Sequence[Evidence]) -> dict[str, Any]:
    named = [
        {"id": one.value, "sure": one.weight, "question": one.sentence, "why": one.because} for one in answers
    ]
    return {"details": {"answers": named}}


def judged_row(each: Judged, now: datetime) -> dict[str, Any]:
    """The columns of a message that judging it fills, as parameters of an update by number."""
    letter, judgement = each.judgement.letter, each.judgement
    filed = next((action for action in judgement.actions if isinstance(action, FileAs)), None)
    row = {
        "state": filed.state if filed else MessageState.MACHINE,
        "reason": filed.reason if filed else "",
        "judged_at": now,
        "claimed_by": None,
        "message_id_header": letter.message_id,
        "sender_email": letter.sender.email if letter.sender else "",
        "sender_name": letter.sender.name if letter.sender else "",
        "subject": letter.subject,
        "sent_at": letter.date,
        "kind": judgement.verdict.kind,
        "text": letter.text,
        "new_text": letter.new_text,
        "thread": judgement.thread,
        "verdict": verdict_json(judgement.verdict),
    }
    return {"number": each.message} | {f"new_{name}": value for name, value in row.items()}


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON values, evidence included."""
    plain = {name: getattr(verdict, name) for name in Verdict.__slots__}
    return {
        **plain,
        "also": list(verdict.also),
        "categories": list(verdict.categories),
        "topics": list(verdict.topics),
        "needs": dict(verdict.needs),
        "reasons": [{name: getattr(each, name) for name in Evidence.__slots__} for each in verdict.reasons],
    }
