"""What the desk owes one letter, as inert actions. Nothing is done here, and nothing is written to anybody.

Only people get answers: a machine's letter is kept with its reason and left alone, so that two machines can
never write to each other for ever. A letter that gets no answer has a stored reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.model import (
    Acknowledge,
    Action,
    Alert,
    Append,
    Bounce,
    FileAs,
    Intent,
    Kind,
    Lane,
    Letter,
    Machine,
    MessageState,
    OpenTicket,
    Screening,
    Silence,
    Status,
    Suggest,
    Threads,
    Undeliverable,
    Verdict,
)
from mailbot.tickets.lifecycle import Trigger, next_status
from mailbot.tickets.threads import Thread

PURPOSES = {Intent.INFO: "question", Intent.HELP_REQUEST: "request", Intent.HELP_OFFER: "offer"}
# Only these prove a machine; other marks withhold the answer, and the letter still becomes a ticket.
_PROVEN_MACHINE = {Machine.BOUNCE, Machine.DELAY_NOTICE, Machine.READ_RECEIPT, Machine.REPORT, Machine.OWN_LOOP}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the moment adds: whether the desk is open, which languages to use when unsure, and why not to answer.

    `silence` is a reason not to answer found outside the letter (answered already, address unreachable).
    """

    is_open: bool
    unsure_languages: tuple[str, ...]
    known_languages: tuple[str, ...]
    fingerprint: str
    silence: str = ""


def decide(
    letter: Letter, screening: Screening, verdict: Verdict, thread: Thread, threads: Threads, at: Circumstances
) -> tuple[Action, ...]:
    """Say what the desk owes one letter, without doing it."""
    if screening.machine in _PROVEN_MACHINE or _is_machine_noise(screening, verdict):
        return _machine(screening, thread, threads)
    if screening.kind is Kind.SPAM or verdict.kind is Kind.SPAM:
        return (FileAs(MessageState.MACHINE, "spam"), Silence("spam is not answered"))
    if thread.ticket and thread.is_known:
        return _follow_up(verdict, thread, thread.ticket.status)
    return _new(letter, screening, verdict, thread, at)


def owed_purposes(verdict: Verdict, *, is_open: bool) -> tuple[str, ...]:
    """Which paragraphs the automatic answer has, in the order in which they are read."""
    intents = (verdict.intent, *verdict.also)
    known = tuple(PURPOSES[each] for each in dict.fromkeys(intents) if each in PURPOSES)
    understood = known if verdict.automatic and known else ("unclear",)
    first = ("urgent",) if verdict.urgent else ()
    return (*first, *understood, *(() if is_open else ("outside_hours",)))


def _is_machine_noise(screening: Screening, verdict: Verdict) -> bool:
    """An automatic header without a plea in the text; a plea is heard whatever its headers say."""
    return screening.machine is Machine.AUTO_REPLY and not (verdict.urgent or verdict.intent is Intent.HELP_REQUEST)


def _machine(screening: Screening, thread: Thread, threads: Threads) -> tuple[Action, ...]:
    actions: list[Action] = [
        FileAs(MessageState.MACHINE, screening.reason),
        Silence(f"a machine wrote this: {screening.reason}"),
    ]
    undelivered = _undelivered(screening.bounce, threads) if screening.machine is Machine.BOUNCE else []
    actions += undelivered
    if thread.ticket:
        trigger = Trigger.UNDELIVERED if _is_hard(undelivered) else Trigger.MACHINE
        following = next_status(thread.ticket.status, trigger)
        changed = following if following is not thread.ticket.status else None
        how = f"{screening.machine or 'machine'}, {thread.how}"
        wakes = trigger is Trigger.UNDELIVERED
        actions.append(Append(thread.ticket.id, how, changed, wakes=wakes, is_news=False))
    return tuple(actions)


def _undelivered(bounce: Bounce | None, threads: Threads) -> list[Action]:
    """Only a report that quotes a Message-ID of ours counts: anybody can forge the rest (RFC 3464 §4)."""
    if bounce is None:
        return []
    ours = (threads.outbox_by_message_id.get(identifier) for identifier in bounce.message_ids)
    return [Undeliverable(outbox, bounce) for outbox in dict.fromkeys(ours) if outbox is not None]


def _is_hard(undelivered: list[Action]) -> bool:
    return any(isinstance(action, Undeliverable) and action.bounce.hard for action in undelivered)


def _follow_up(verdict: Verdict, thread: Thread, status: Status) -> tuple[Action, ...]:
    assert thread.ticket is not None
    trigger = Trigger.THANKS if verdict.thanks_only and not verdict.urgent else Trigger.LETTER
    following = next_status(status, trigger)
    actions: list[Action] = [
        FileAs(MessageState.ATTACHED, thread.how),
        Append(thread.ticket.id, thread.how, following if following is not status else None, trigger is Trigger.LETTER),
        Silence("a person reads what comes in on an open ticket" if trigger is Trigger.LETTER else "thanks only"),
    ]
    if verdict.urgent:
        actions.append(Alert("coordinator", "urgent follow-up"))
    return tuple(actions)


def _new(
    letter: Letter, screening: Screening, verdict: Verdict, thread: Thread, at: Circumstances
) -> tuple[Action, ...]:
    intents = dict.fromkeys((verdict.intent, *(each for each in verdict.also if each in PURPOSES)))
    actions: list[Action] = [FileAs(MessageState.TICKETED, "new letter")]
    actions += [OpenTicket(intent, verdict.urgent) for intent in intents]
    perhaps = thread.suggestion or thread.ticket
    if perhaps:
        actions.append(Suggest(perhaps.id, thread.how))
    actions.append(_answer(letter, screening, verdict, at))
    if verdict.urgent:
        actions.append(Alert("coordinator", "urgent letter"))
    return tuple(actions)


def _answer(letter: Letter, screening: Screening, verdict: Verdict, at: Circumstances) -> Action:
    reason = _why_silent(letter, screening, verdict, at)
    if reason or letter.sender is None:
        return Silence(reason)
    sure = verdict.language_sure and verdict.language in at.known_languages
    return Acknowledge(
        recipient=letter.sender,
        purposes=owed_purposes(verdict, is_open=at.is_open),
        languages=(verdict.language,) if sure else at.unsure_languages,
        lane=Lane.URGENT if verdict.urgent else Lane.REPLY,
        fingerprint=at.fingerprint,
    )


def _why_silent(letter: Letter, screening: Screening, verdict: Verdict, at: Circumstances) -> str:
    if screening.machine:
        return f"no automatic answer: {screening.reason}"
    if letter.sender is None:
        return "no automatic answer: the sender is not proven"
    if verdict.thanks_only:
        return "no automatic answer: thanks only"
    return at.silence
