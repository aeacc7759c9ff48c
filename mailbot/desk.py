"""The whole judgement of one message, pure: the file to read first. It touches nothing; `steps` does.

octets ─► read: parse, screen, claims, classify ─► judge: thread, decide ─► actions ─► write: one answer

What a letter means follows from its words alone, so reading needs no database; only judging is done with the facts
of the moment, and in the transaction that writes what follows from them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbot import match_answers
from mailbot.answering import Answering, consult, objects, proposed, with_answers
from mailbot.form_mail import as_filled_in
from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.intake.webform import SCREENED, FormLetter, read_form
from mailbot.match_answers import NOBODY, NOTHING, Facts, Named, named
from mailbot.model import (
    Acknowledge,
    Action,
    Alert,
    Append,
    Evidence,
    Judgement,
    Kind,
    Letter,
    Machine,
    Screening,
    Threads,
    Undeliverable,
    Verdict,
)
from mailbot.outbox.limits import may_answer
from mailbot.policy import Policy
from mailbot.tickets.decide import Circumstances, decide, owed_purposes
from mailbot.tickets.hours import is_open
from mailbot.tickets.threads import Claims, Signing, find_thread, read_claims
from mailbot.triage.classify import classify
from mailbot.triage.rules import TriageRules

UNSURE_LANGUAGES = ("nl", "fr", "en")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every judgement of one desk is made with: its policy, its rules, who it is, how it signs."""

    policy: Policy
    rules: TriageRules
    own: Own
    signing: Signing
    authserv_id: str = ""
    answering: Answering = field(default_factory=Answering)


@dataclass(frozen=True, slots=True)
class Reading:
    """One message as read and understood, before anything from the database is known of it.

    `said` is the letter with its writer's own words alone, which for a web form are its free text.
    """

    letter: Letter
    screening: Screening
    claims: Claims
    verdict: Verdict
    said: Letter
    named: Named = NOBODY


def read(octets: bytes, mailbox: str, desk: Desk) -> Reading:
    """Turn octets into a letter; say what it claims and means. Never raises for anything a letter may contain."""
    letter = parse(octets, mailbox)
    screening = screen(letter, desk.own)
    form = read_form(letter, screening, desk.policy.forms, desk.own)
    if form is not None:
        return _read_form(form, desk)
    claims, verdict = read_claims(letter, desk.signing), _verdict(letter, screening, desk)
    return Reading(letter, screening, claims, verdict, letter, named(letter, desk.signing))


def _read_form(form: FormLetter, desk: Desk) -> Reading:
    """A form's mail is new, whatever it names: what its writer typed proves no thread and answers nothing of ours."""
    sender = form.letter.sender.email if form.letter.sender else ""
    verdict = as_filled_in(classify(form.said, desk.rules, SCREENED), form, desk.rules)
    return Reading(form.letter, SCREENED, Claims((), None, (), sender), verdict, form.said)


def judge(
    reading: Reading,
    desk: Desk,
    threads: Threads,
    now: datetime,
    *,
    is_reachable: bool = True,
    matching: Facts = NOTHING,
) -> Judgement:
    """Take one message from meaning to obligations; touch nothing. `matching` is what it answers of matching's mail."""
    letter, screening, verdict = reading.letter, reading.screening, reading.verdict
    thread = find_thread(reading.claims, screening, threads)
    answered = match_answers.answer(letter, screening, verdict, matching, now)
    if answered is not None:
        return Judgement(letter, screening, verdict, answered.actions, "answer to our mail", answered.orders)
    refused = match_answers.why_refused(letter, screening, matching, now)
    if refused:
        verdict = replace(verdict, reasons=(refused, *verdict.reasons))
    doubts = objects(desk.answering, letter) if thread.ticket and screening.machine is None else ()
    if doubts:
        verdict = replace(verdict, thanks_only=False)
    at = _circumstances(letter, verdict, desk, threads, now, is_reachable=is_reachable)
    actions = decide(letter, screening, verdict, thread, threads, at)
    actions, proposals = _informed(reading, actions, verdict, desk, threads, now)
    orders = match_answers.withdrawal(letter, screening, thread)
    return Judgement(letter, screening, verdict, actions, thread.how, orders, (*doubts, *proposals))


def _informed(
    reading: Reading,
    actions: tuple[Action, ...],
    verdict: Verdict,
    desk: Desk,
    threads: Threads,
    now: datetime,
) -> tuple[tuple[Action, ...], tuple[Evidence, ...]]:
    """The actions with what the library answers, and what it proposes to an operator; a machine asks nothing."""
    if reading.screening.machine is not None:
        return actions, ()
    today = now.astimezone(desk.policy.hours.tz).date()
    found = consult(desk.answering, reading.said, verdict, today, threads.standing)
    actions = with_answers(actions, found, verdict, desk.policy.answers)
    return actions, proposed(actions, found, desk.policy.answers)


def _verdict(letter: Letter, screening: Screening, desk: Desk) -> Verdict:
    """An automatic header alone does not deafen the desk: such a letter is still read for a plea."""
    if screening.machine is Machine.AUTO_REPLY and not _answers_us(letter, desk):
        person = Screening(Kind.HUMAN, "read for a plea although its headers look automatic")
        heard = classify(letter, desk.rules, person)
        if heard.urgent:
            return heard
    return classify(letter, desk.rules, screening)


def _answers_us(letter: Letter, desk: Desk) -> bool:
    return bool(letter.in_reply_to or letter.references) or any("+lh" in each for each in letter.delivered_to)


def _circumstances(
    letter: Letter, verdict: Verdict, desk: Desk, threads: Threads, now: datetime, *, is_reachable: bool
) -> Circumstances:
    opened, print_of = is_open(desk.policy.hours, now), fingerprint(letter)
    purposes = owed_purposes(verdict, is_open=opened)
    silence = may_answer(threads.sent, purposes, print_of, now, desk.policy.outbox) or ""
    return Circumstances(
        is_open=opened,
        unsure_languages=UNSURE_LANGUAGES,
        known_languages=desk.policy.town.languages,
        fingerprint=print_of,
        silence=silence if is_reachable else "no automatic answer: mail to this address came back for good",
    )


def fingerprint(letter: Letter) -> str:
    """Sixteen digits that are the same for the same words, whatever their spacing and case."""
    words = " ".join((letter.new_text or letter.text).casefold().split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def alerts(judgement: Judgement) -> list[Alert]:
    """Whom the judgement wants told at once."""
    return [action for action in judgement.actions if isinstance(action, Alert)]


def undeliverables(judgement: Judgement) -> list[Undeliverable]:
    """Which mail of ours came back, as the judgement believes."""
    return [action for action in judgement.actions if isinstance(action, Undeliverable)]


def acknowledgement(judgement: Judgement) -> Acknowledge | None:
    """The automatic answer that the judgement owes, if any."""
    return next((action for action in judgement.actions if isinstance(action, Acknowledge)), None)


def doubted(judgement: Judgement) -> int | None:
    """The ticket on which our answers were not what was asked, if the letter says so."""
    tickets = [action.ticket for action in judgement.actions if isinstance(action, Append)]
    return next(iter(tickets), None) if any(each.about == "doubt" for each in judgement.advice) else None
