"""How much may leave: budgets, the breaker, and when an automatic answer would be one too many. Pure.

The caps per address start from those of Zammad (10 in 10 minutes to 600 in 10 hours), which have kept helpdesks
out of loops for years; the town's relay may demand less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mailbot.model import Lane, Sent


class Cap(BaseModel):
    """At most `mails` in any `minutes`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mails: int = Field(ge=1)
    minutes: int = Field(ge=1)


def _caps(*pairs: tuple[int, int]) -> tuple[Cap, ...]:
    return tuple(Cap(mails=mails, minutes=minutes) for mails, minutes in pairs)


class OutboxPolicy(BaseModel):
    """The section `outbox:` of rules.yaml. Caps are given per address, per domain, and for all mail together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_address: tuple[Cap, ...] = _caps((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))
    per_domain: tuple[Cap, ...] = _caps((2000, 10))
    in_all: tuple[Cap, ...] = _caps((5000, 10))
    urgent_share: float = Field(default=0.1, ge=0, lt=1)
    answer_window_minutes: int = Field(default=60, ge=0)
    same_text_days: int = Field(default=7, ge=0, le=7)
    answers_per_day: int = Field(default=4, ge=1)
    breaker_mails: int = Field(default=4000, ge=1)
    breaker_bounces: int = Field(default=50, ge=1)
    breaker_window_minutes: int = Field(default=10, ge=1)
    breaker_rest_minutes: int = Field(default=15, ge=1)
    retry_minutes: tuple[int, ...] = (1, 5, 15, 60, 180, 360, 720, 1440)
    unknown_rest_minutes: int = Field(default=10, ge=0)


@dataclass(slots=True)
class Spent:
    """What has left lately: moments by scope (`all`, `domain:…`, `address:…`), oldest first. Kept by one sender."""

    moments: dict[str, list[datetime]] = field(default_factory=dict)

    def note(self, recipient: str, now: datetime) -> None:
        for scope in _scopes(recipient):
            self.moments.setdefault(scope, []).append(now)

    def forget(self, before: datetime) -> None:
        for scope, moments in list(self.moments.items()):
            left = [moment for moment in moments if moment >= before]
            if left:
                self.moments[scope] = left
            else:
                del self.moments[scope]


def _scopes(recipient: str) -> tuple[str, str, str]:
    return f"address:{recipient}", f"domain:{recipient.rpartition('@')[2]}", "all"


def longest_window(policy: OutboxPolicy) -> timedelta:
    """How far back spending matters."""
    return timedelta(minutes=max(cap.minutes for caps in _by_scope(policy).values() for cap in caps))


def _by_scope(policy: OutboxPolicy) -> Mapping[str, tuple[Cap, ...]]:
    return {"address": policy.per_address, "domain": policy.per_domain, "all": policy.in_all}


def wait_until(spent: Spent, recipient: str, lane: Lane, now: datetime, policy: OutboxPolicy) -> datetime | None:
    """When a mail may leave that a budget holds back; None when it may leave now.

    A share of every common budget is kept for the urgent lane, so that a flood of thanks delays no plea.
    """
    moments = [
        later
        for scope in _scopes(recipient)
        for cap in _by_scope(policy)[scope.partition(":")[0]]
        if (later := _free_at(spent.moments.get(scope, ()), cap, _share(scope, lane, policy), now))
    ]
    return max(moments, default=None)


def _share(scope: str, lane: Lane, policy: OutboxPolicy) -> float:
    return 1.0 if lane is Lane.URGENT or scope.startswith("address:") else 1.0 - policy.urgent_share


def _free_at(moments: Sequence[datetime], cap: Cap, share: float, now: datetime) -> datetime | None:
    allowed = max(1, int(cap.mails * share))
    if len(moments) < allowed:
        return None
    window = timedelta(minutes=cap.minutes)
    oldest_that_counts = moments[-allowed]
    free = oldest_that_counts + window
    return free if free > now else None


def may_answer(
    sent: Sequence[Sent], purposes: Sequence[str], fingerprint: str, now: datetime, policy: OutboxPolicy
) -> str | None:
    """Why an automatic answer would be one too many; None where it is not.

    `sent` are the automatic answers to that address. At most one for each template in a window, at most one to
    the same text in a week (a vacation notice without headers repeats itself), and only so many in a day.
    """
    window, week = timedelta(minutes=policy.answer_window_minutes), timedelta(days=policy.same_text_days)
    if any(each.fingerprint == fingerprint and now - each.at < week for each in sent):
        return "the same text was answered already"
    if any(each.purpose == purposes[0] and now - each.at < window for each in sent):
        return f"the same answer went out less than {policy.answer_window_minutes} minutes ago"
    if sum(now - each.at < timedelta(days=1) for each in sent) >= policy.answers_per_day:
        return f"{policy.answers_per_day} automatic answers in a day are enough"
    return None


@dataclass(frozen=True, slots=True)
class Trip:
    """Open the breaker: outgoing mail of a lane rests until then. Incoming mail is never held."""

    until: datetime
    reason: str


def judge_breaker(mails: int, bounces: int, now: datetime, policy: OutboxPolicy) -> Trip | None:
    """Whether what left, or came back, in the breaker's window is more than a desk would write by itself."""
    until = now + timedelta(minutes=policy.breaker_rest_minutes)
    minutes = policy.breaker_window_minutes
    if mails >= policy.breaker_mails:
        return Trip(until, f"{mails} automatic mails in {minutes} minutes")
    if bounces >= policy.breaker_bounces:
        return Trip(until, f"{bounces} mails came back in {minutes} minutes")
    return None


def busiest(recipients: Iterable[str], most: int = 3) -> list[str]:
    """The domains that most mail goes to, for the alert that a person reads."""
    counts = Counter(recipient.rpartition("@")[2] for recipient in recipients)
    return [f"{domain} ({count})" for domain, count in counts.most_common(most)]
