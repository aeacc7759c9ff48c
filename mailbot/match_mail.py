"""What matching writes to whom, as mail ready to leave. Pure; when a mail is owed is told in `matchmaking`.

A contact sheet and an introduction are the only mails that hold somebody's details. They go to the registered
address of a matchmaker, or of a side after both agreed, and are made from the database, never from an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.correspondence import Correspondence
from mailbot.letterhead import AUTOMATIC, Letterhead
from mailbot.match_frame import (
    Match,
    ask_address,
    digest_address,
    match_code,
    reader,
    town_words,
)
from mailbot.matching import digest as digests
from mailbot.matching.digest import Line, Missing, Reader
from mailbot.matching.naming import first_name
from mailbot.matching.records import DAYS
from mailbot.model import Address, Lane
from mailbot.outbox.notes import harmless, render_digest, render_note
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft
from mailbot.tickets import tokens

SIDES = {"requester": "r", "volunteer": "o"}


def digest_words(
    letters: Correspondence, head: Match, lines: Sequence[Line], missing: Sequence[Missing], now: datetime
) -> Rendered:
    """The words of a digest: `head` has its id, token and language, and the mailbox that it comes from."""
    address = digest_address(letters, head)
    who = reader(letters, head["language"], address, now)
    values = digests.digest_values(lines, missing, head, who)
    local = who.local(now)
    day = f"{who.labels[DAYS[local.weekday()]]} {local.day}/{local.month} {local:%H:%M}"
    subject = f"[LH D-{head['id']} {head['token']}] {values['counts']} - {day}"
    return render_digest(letters.notes, letters.notes.language(head["language"]), subject, values)


def digest_draft(
    letters: Correspondence, head: Match, lines: Sequence[Line], missing: Sequence[Missing], now: datetime
) -> Draft:
    """A digest as mail. Its envelope sender is its own signed address, so that an absence notice comes back there."""
    address = digest_address(letters, head)
    urgent = any(line.match["urgent"] for line in lines)
    frame = Letterhead(
        sender=letters.sender(head["mailbox"]),
        recipient=Address(head["matchmaker"]),
        purpose="digest",
        once_key=f"digest:{head['id']}",
        revision=f"d{head['id']}",
        lane=Lane.URGENT if urgent else Lane.DIGEST,
        auto="",
        envelope_from=address,
        reply_to=address,
    )
    return letters.mail(frame, digest_words(letters, head, lines, missing, now), now)


def contact_sheet(letters: Correspondence, head: Match, line: Line, asked: Sequence[str], now: datetime) -> Draft:
    """Both sides' details to the matchmaker who said yes, at the registered address."""
    match, address = line.match, digest_address(letters, head)
    who, limits = reader(letters, head["language"], address, now), letters.desk.policy.playbook.time_limits
    values = town_words(letters, head["language"], match["request"]) | {
        "digest": head["id"],
        "token": head["token"],
        "match": match["id"],
        "request": match["request"],
        "offer": match["offer"],
        "is_urgent": match["urgent"],
        "reply_above": who.labels["reply_above"],
        "name": first_name(head["name"]),
        "kinds": digests.kinds_said(match["r_kinds"], who),
        "when": digests.when_said(match, who),
        "requester_name": harmless(match["r_who_name"]) or "-",
        "volunteer_name": harmless(match["o_who_name"]) or "-",
        "requester_lines": _details(match, "r", who),
        "volunteer_lines": _details(match, "o", who),
        "asked_by_mail": [harmless(each) for each in asked],
        "hours": limits.urgent_contact_hours if match["urgent"] else limits.contact_hours,
    }
    frame = Letterhead(
        sender=letters.sender(head["mailbox"]),
        recipient=Address(head["matchmaker"]),
        purpose="contact_sheet",
        once_key=f"digest:{head['id']}",
        revision=f"d{head['id']}",
        lane=Lane.URGENT if match["urgent"] else Lane.MATCH,
        auto="",
        envelope_from=address,
        reply_to=address,
    )
    return letters.mail(frame, render_note(letters.notes, "contact_sheet", head["language"], values), now)


def confirmation(letters: Correspondence, head: Match, told: Mapping[str, Sequence[str]], about: str) -> dict[str, Any]:
    """The values of a confirmation: what changed, what was not done, what was not understood."""
    return town_words(letters, head["language"], 0) | {
        "digest": head["id"],
        "name": first_name(head["name"]),
        "changed": [harmless(line) for line in told["changed"]],
        "not_done": [harmless(line) for line in told["not_done"]],
        "unclear": [harmless(line) for line in told["unclear"]][:20],
        "about": about,
    }


def confirmation_draft(
    letters: Correspondence,
    head: Match,
    told: Mapping[str, Sequence[str]],
    message: int,
    in_reply_to: str,
    now: datetime,
    refused: str = "",
) -> Draft:
    """The one answer to a matchmaker's answer, to the registered address.

    For each reason to refuse a digest's answers there is one a day, so that forged mail makes no flood of ours.
    """
    values = confirmation(letters, head, told, "")
    frame = Letterhead(
        sender=letters.sender(head["mailbox"]),
        recipient=Address(head["matchmaker"]),
        purpose="confirmation",
        once_key=f"refused:{head['id']}:{refused}:{now.date()}" if refused else f"confirmation:{message}",
        revision=f"c{message}",
        lane=Lane.MATCH,
        auto=AUTOMATIC,
        reply_to=digest_address(letters, head),
        in_reply_to=in_reply_to,
    )
    return letters.mail(frame, render_note(letters.notes, "confirmation", head["language"], values), now)


def question_draft(letters: Correspondence, name: str, side: str, match: Match, asked: int, now: datetime) -> Draft:
    """A question about a match to one side: `consent_…` or `follow_up`, answered by one word."""
    prefix = SIDES[side]
    ticket, mailbox = match[_ticket_of(side)], match[f"{prefix}_who_mailbox"]
    address = ask_address(letters, asked, mailbox)
    language = letters.notes.language(match[f"{prefix}_who_language"])
    values = _about_match(letters, match, side, language, now) | one_tap(address, letters, language)
    values |= {"is_requester": side == "requester"}
    frame = Letterhead(
        sender=letters.sender(mailbox),
        recipient=Address(match[f"{prefix}_who_email"]),
        purpose=name,
        once_key=f"ask:{asked}",
        revision=f"q{asked}",
        lane=Lane.URGENT if match["urgent"] else Lane.MATCH,
        ticket=ticket,
        reply_to=address,
    )
    return letters.mail(frame, render_note(letters.notes, name, language, values), now)


def note_draft(letters: Correspondence, name: str, side: str, match: Match, now: datetime) -> Draft:
    """A mail about a match to one side that asks nothing: an introduction, thanks, not needed. Once for each match."""
    prefix = SIDES[side]
    ticket, mailbox = match[_ticket_of(side)], match[f"{prefix}_who_mailbox"]
    language = letters.notes.language(match[f"{prefix}_who_language"])
    values = _about_match(letters, match, side, language, now)
    sender = letters.sender(mailbox)
    frame = Letterhead(
        sender=sender,
        recipient=Address(match[f"{prefix}_who_email"]),
        purpose=name,
        once_key=f"{name}:{side}:{match['id']}",
        revision=f"m{match['id']}{name[:2]}{name[-2:]}{prefix}".replace("_", ""),
        lane=Lane.URGENT if match["urgent"] else Lane.MATCH,
        ticket=ticket,
        reply_to=tokens.reply_address(letters.desk.signing.key, sender.email, ticket),
    )
    return letters.mail(frame, render_note(letters.notes, name, language, values), now)


def _ticket_of(side: str) -> str:
    return "request" if side == "requester" else "offer"


def one_tap(address: str, letters: Correspondence, language: str) -> dict[str, str]:
    """The links that answer a question with one word, in the reader's language."""
    said = {
        "nl": ("JA", "NEE", "NOG NIET", "PAUZE", "STOP"),
        "fr": ("OUI", "NON", "PAS ENCORE", "PAUSE", "STOP"),
        "en": ("YES", "NO", "NOT YET", "PAUSE", "STOP"),
        "de": ("JA", "NEIN", "NOCH NICHT", "PAUSE", "STOP"),
    }.get(language, ("JA", "NEE", "NOG NIET", "PAUZE", "STOP"))
    names = ("yes", "no", "not_yet", "pause", "stop")
    return {
        name: f"mailto:{address}?subject={word.replace(' ', '%20')}" for name, word in zip(names, said, strict=True)
    }


def _about_match(letters: Correspondence, match: Match, side: str, language: str, now: datetime) -> dict[str, Any]:
    """What both sides may know: kinds, when, district; and, in introductions only, the lines of the other side."""
    prefix, other = SIDES[side], SIDES["requester" if side == "volunteer" else "volunteer"]
    who = reader(letters, language, "", now)
    safety = letters.notes.safety.get(language, {})
    told = [safety.get(name, "") for name in ("always", *match["r_kinds"])]
    return town_words(letters, language, match[_ticket_of(side)]) | {
        "name": first_name(match[f"{prefix}_who_name"]),
        "other": first_name(match[f"{other}_who_name"]) or who.labels["someone" if other == "r" else "a_volunteer"],
        "kinds": digests.kinds_said(match["r_kinds"], who),
        "district": digests.district_said(match["r_district"], "", who),
        "when": digests.when_said(match, who),
        "km": "" if match["postcode_only"] else digests.km_said(match["metres"], who.labels),
        "code": match["code_word"] or match_code(letters, match["id"]),
        "lines": _shared(match, other),
        "safety": [line for text in told for line in text.split("; ") if line],
    }


def _shared(match: Match, prefix: str) -> list[str]:
    """What one side gets of the other after both agreed: telephone, or the address of who has none; and the door."""
    where = [harmless(f"{match['r_street']} {match['r_postcode']} {match['r_district']}")] if prefix == "r" else []
    reached = harmless(match[f"{prefix}_who_phone"] or match[f"{prefix}_who_email"])
    return [line for line in (reached, *where) if line]


def _details(match: Match, prefix: str, who: Reader) -> list[str]:
    where = f"{match[f'{prefix}_street']} {match[f'{prefix}_postcode']} {match[f'{prefix}_district']}"
    spoken = ", ".join(who.labels.get(each, each) for each in match[f"{prefix}_languages"])
    speaks = who.labels["speaks"].format(language=spoken) if spoken else ""
    told = (match[f"{prefix}_who_phone"], match[f"{prefix}_who_email"], where, speaks)
    return [line for line in map(harmless, (each or "" for each in told)) if line]
