"""What the desk writes by itself: answers to letters and alerts to its own people, as mail ready to leave. Pure.

Which answer is owed was decided in `tickets.decide`; how it looks is in `outbox.render`; when it leaves is the
outbox's business. A mail's Message-ID follows from what it is about, so that the same one is always the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from mailbot import desk as desk_of
from mailbot.desk import Desk
from mailbot.growing import whereabouts
from mailbot.informing import passages
from mailbot.letterhead import AUTOMATIC, Letterhead, drafted
from mailbot.model import Acknowledge, Address, Alert, Intent, Judgement, Lane
from mailbot.outbox.notes import Notes
from mailbot.outbox.render import Occasion, Rendered, Templates, render, render_alert
from mailbot.outbox.retry import ALERT
from mailbot.outbox.store import Draft
from mailbot.tickets import tokens
from mailbot.tickets.hours import next_opening
from mailbot.tickets.outlook import Outlook, outlook
from mailbot.tickets.rows import Judged
from mailbot.tickets.store import Written
from mailbot.wording import greeted, spoken_by, spoken_opening


class Tally(NamedTuple):
    """How many offers stand against how many requests, and how many tickets wait; 0 where nobody counted."""

    offers: int = 0
    requests: int = 0
    waiting: int = 0


NO_TALLY = Tally()
NO_NOTES = Notes()


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How one desk writes: with which templates, from which of its mailboxes; `first` is used where none is named."""

    desk: Desk
    templates: Templates
    mailboxes: Mapping[str, Address]
    notes: Notes = NO_NOTES

    @property
    def first(self) -> Address:
        return next(iter(self.mailboxes.values()))

    @property
    def words(self) -> Mapping[str, str]:
        """Every word for our own people, in the town's first language: languages, topics, kinds, alerts, reports."""
        first = self.templates.first_language
        return {**self.notes.labels.get(first, {}), **self.templates.words.get(first, {}), **self.templates.own}

    def say(self, key: str, **values: object) -> str:
        """A text for our own people by its key in `desk.yaml`, {names} filled in; `count` picks `_none` or `_one`."""
        own, count = self.templates.own, values.get("count")
        form = f"{key}_none" if count == 0 else f"{key}_one" if count == 1 else key
        return own.get(form, own[key]).format(**values)

    def sender(self, mailbox: str) -> Address:
        """The address of one of its mailboxes, or the first."""
        return self.mailboxes.get(mailbox, self.first)

    def mail(self, frame: Letterhead, words: Rendered, now: datetime) -> Draft:
        """These words as a mail of this desk, ready for the outbox."""
        return drafted(self.desk.signing, self.desk.policy.hours.tz, frame, words, now)

    def drafts(
        self, judged: Sequence[Judged], written: Sequence[Written], now: datetime, tally: Tally = NO_TALLY
    ) -> list[Draft]:
        """Every mail that a batch of judgements owes; `tally` is what the writers are honestly told."""
        ahead = outlook(self.desk.policy.pace, self.desk.policy.hours, tally.waiting, now)
        told = {"offers": tally.offers, "requests": tally.requests, "is_surge": ahead.is_surge}
        pairs = zip(judged, written, strict=True)
        return [draft for each, row in pairs for draft in self._owed(each, row.conversation, now, ahead, told)]

    def _owed(
        self, each: Judged, ticket: int | None, now: datetime, ahead: Outlook, told: dict[str, Any]
    ) -> Iterator[Draft]:
        owed = desk_of.acknowledgement(each.judgement)
        if owed and ticket is not None:
            yield self._answer(each, owed, ticket, now, ahead, told)
        for alert in desk_of.alerts(each.judgement):
            yield from self._alerts(alert, each, ticket, now)

    def _answer(
        self, each: Judged, owed: Acknowledge, ticket: int, now: datetime, ahead: Outlook, told: dict[str, Any]
    ) -> Draft:
        values = self._values(owed, each.judgement, ticket) | told
        values["answers"] = passages(self.desk, owed.answers, owed.languages[0], values)
        spoken_in = (*owed.languages, self.templates.first_language)
        moments = {language: self._moments(owed, ahead, language, now) for language in spoken_in}
        rendered = render(self.templates, Occasion(owed.purposes, owed.languages, values, moments))
        sender, letter = self.sender(each.mailbox), each.judgement.letter
        window = max(1, self.desk.policy.outbox.answer_window_minutes * 60)
        frame = Letterhead(
            sender=sender,
            recipient=owed.recipient,
            purpose=owed.purposes[0],
            once_key=_once_key(owed, int(now.timestamp()) // window),
            revision=f"a{each.message}",
            lane=owed.lane,
            auto=AUTOMATIC,
            ticket=ticket,
            message=each.message,
            fingerprint=owed.fingerprint,
            reply_to=tokens.reply_address(self.desk.signing.key, sender.email, ticket),
            in_reply_to=letter.message_id,
            references=letter.references,
        )
        return self.mail(frame, rendered, now)

    def _moments(self, owed: Acknowledge, ahead: Outlook, language: str, now: datetime) -> dict[str, str]:
        """By when we answer, and when we open where we are closed, as each language of the mail says it."""
        opening = next_opening(self.desk.policy.hours, now) if "outside_hours" in owed.purposes else None
        return {
            "by": spoken_by(ahead.by, now, language),
            "opening": spoken_opening(opening, now, language) if opening else "",
        }

    def _values(self, owed: Acknowledge, judgement: Judgement, ticket: int) -> dict[str, Any]:
        town, verdict = self.desk.policy.town, judgement.verdict
        return {
            "tag": tokens.subject_tag(town.tag, ticket),
            "name": greeted(owed.recipient.name),
            "town": town.name,
            "town_in": town.name_in,
            "desk": town.desk,
            "phone": town.phone,
            "emergency": town.emergency,
            "website": town.website,
            "is_urgent": verdict.urgent,
            "categories": verdict.categories,
            "topics": verdict.topics,
            "place": verdict.place or "",
            "asks_street": self._asks_street(judgement),
            "has_phone": bool(verdict.phone),
        }

    def _asks_street(self, judgement: Judgement) -> bool:
        """Whether help at a door is asked and no street is known: distance is then a guess."""
        verdict, letter = judgement.verdict, judgement.letter
        if Intent.HELP_REQUEST not in (verdict.intent, *verdict.also):
            return False
        kinds = {kind for kind in verdict.categories if kind != "other"}
        if kinds and kinds <= set(self.desk.policy.playbook.limits.remote_kinds):
            return False
        words = (letter.subject, letter.new_text)
        return whereabouts(words, verdict.place, self.desk.rules.gazetteer, is_request=True).precision != "street"

    def _alerts(self, alert: Alert, each: Judged, ticket: int | None, now: datetime) -> Iterator[Draft]:
        verdict = each.judgement.verdict
        lines = [
            self.say("mailbox", mailbox=each.mailbox),
            self.say("language", language=self.words.get(verdict.language, verdict.language)),
            self.say("place", place=verdict.place or self.say("unknown")),
        ]
        step = f"mailbot show {ticket}" if ticket else f"mailbot list --mailbox {each.mailbox}"
        title = self.say("urgent", why=self.words.get(alert.reason, alert.reason))
        yield from self.alert(alert.role, title, lines, step, now, ticket, f"u{each.message}")

    def alert(
        self,
        role: str,
        title: str,
        lines: Sequence[str],
        next_step: str,
        now: datetime,
        ticket: int | None = None,
        about: str = "",
    ) -> list[Draft]:
        """A mail to everybody who holds a role; once for the same thing. It names no citizen."""
        recipients = self.desk.policy.alerts.get(role, ())
        return self.alert_people(recipients, title, lines, next_step, now, ticket, about)

    def alert_people(
        self,
        recipients: Sequence[str],
        title: str,
        lines: Sequence[str],
        next_step: str,
        now: datetime,
        ticket: int | None = None,
        about: str = "",
    ) -> list[Draft]:
        """A mail to each of some addresses of our own people; once for the same thing. It names no citizen."""
        tag = tokens.subject_tag(self.desk.policy.town.tag, ticket) if ticket else f"[{self.desk.policy.town.tag}]"
        values = {"tag": tag, "title": title, "lines": lines, "next_step": next_step}
        rendered = render_alert(self.templates, values)
        return [self._alert_draft(rendered, each, ticket, about or title, now) for each in recipients]

    def _alert_draft(self, rendered: Rendered, recipient: str, ticket: int | None, about: str, now: datetime) -> Draft:
        key = hashlib.sha256(f"{recipient} {about}".encode()).hexdigest()[:24]
        frame = Letterhead(
            sender=self.first,
            recipient=Address(recipient),
            purpose=ALERT,
            once_key=f"alert:{key}",
            revision=f"n{key}",
            lane=Lane.URGENT,
            ticket=ticket,
        )
        return self.mail(frame, rendered, now)



def _once_key(owed: Acknowledge, window: int) -> str:
    """One automatic answer of a kind to an address in a window; two questions with other answers are two kinds."""
    told = "+".join(sorted(each.value for each in owed.answers))
    what = f"{owed.purposes[0]}:{hashlib.sha256(told.encode()).hexdigest()[:16]}" if told else owed.purposes[0]
    return f"auto:{owed.recipient.email}:{what}:{window}"
