"""When a mail is tried again, as one table. Nothing is sent here.

The point of no return is the final dot: before it every failure is safe to repeat, after it only the relay's own
answer is (RFC 1047). A connection lost in between leaves the mail `unknown`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.model import OutboxState
from mailbot.outbox.limits import OutboxPolicy


class Outcome(StrEnum):
    """What one try came to."""

    ACCEPTED = "accepted"
    LATER = "later"  # 4xx about this mail
    REFUSED = "refused"  # 5xx about this mail
    OURS = "ours"  # about us, said before any recipient was named: greeting, login, sender
    DOUBTED = "doubted"  # policy or quota, said of one mail: ours, if others fare no better
    UNREACHED = "unreached"  # no connection, or lost before the final dot
    UNKNOWN = "unknown"  # lost after the final dot


@dataclass(frozen=True, slots=True)
class Next:
    """The row's next state, when it is due, and why, in words for `outbox list`."""

    state: OutboxState
    at: datetime
    reason: str


# An acknowledgement or a digest twice, under one Message-ID, harms nobody; a second match mail or answer may.
ALERT = "alert"
REPEATABLE = frozenset(
    {"question", "answer", "request", "offer", "urgent", "unclear", "outside_hours", ALERT, "digest", "correction"}
)
# RFC 3463 X.7: security or policy; X.2.0 and X.2.2 with 554 is how Microsoft says that our own quota is used up.
_ABOUT_US = re.compile(r"\b[45]\.7\.\d+|\b5\.2\.[02]\b|\b4\.3\.2\b")
UNREACHED_MINUTES = 1


def read_refusal(code: int, answer: str, *, about_sender: bool) -> Outcome:
    """What a refusal is about: `about_sender` where it came at MAIL FROM, login or greeting.

    A refusal by policy is often about one recipient or one text, so by itself it stops nobody else's mail.
    """
    if about_sender:
        return Outcome.OURS
    if code in {432, 454, 530, 535, 554} and _ABOUT_US.search(answer):
        return Outcome.DOUBTED
    if code == 421:
        return Outcome.UNREACHED
    return Outcome.LATER if 400 <= code < 500 else Outcome.REFUSED


def after(outcome: Outcome, attempts: int, purpose: str, now: datetime, policy: OutboxPolicy) -> Next:
    """What becomes of a mail after its `attempts`-th try."""
    match outcome:
        case Outcome.ACCEPTED:
            return Next(OutboxState.SENT, now, "accepted")
        case Outcome.REFUSED:
            return Next(OutboxState.FAILED, now, "the relay refuses it for good")
        case Outcome.OURS:
            rest = timedelta(minutes=policy.breaker_rest_minutes)
            return Next(OutboxState.QUEUED, now + rest, "the relay refuses us, not this mail")
        case Outcome.UNREACHED:
            return Next(OutboxState.QUEUED, now + timedelta(minutes=UNREACHED_MINUTES), "the relay was not reached")
        case Outcome.LATER | Outcome.DOUBTED:
            return _again(outcome, attempts, now, policy)
    return settle_unknown(attempts, purpose, now, policy)


def _again(outcome: Outcome, attempts: int, now: datetime, policy: OutboxPolicy) -> Next:
    if attempts > len(policy.retry_minutes):
        return Next(OutboxState.FAILED, now, f"given up after {attempts} tries")
    if outcome is Outcome.DOUBTED:
        rest = timedelta(minutes=policy.breaker_rest_minutes)
        return Next(OutboxState.QUEUED, now + rest, "the relay refuses it by policy")
    return Next(OutboxState.QUEUED, now + timedelta(minutes=policy.retry_minutes[attempts - 1]), "the relay says later")


def settle_unknown(attempts: int, purpose: str, now: datetime, policy: OutboxPolicy) -> Next:
    """A mail that may have left: an acknowledgement goes once more, the same; the rest waits for a person."""
    if purpose in REPEATABLE and attempts <= 1:
        return Next(
            OutboxState.UNKNOWN, now + timedelta(minutes=policy.unknown_rest_minutes), "may have left; goes once more"
        )
    return Next(OutboxState.UNKNOWN, now, "may have left; `mailbot outbox retry --force` sends it again")
