"""What matching writes that is about no match yet: offers asked again, near misses, calls, the mailing. Pure.

When a mail is owed is told in `matchmaking`, `match_weekly`, `match_asking` and `mailing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailbot.correspondence import Correspondence, Tally
from mailbot.letterhead import Letterhead
from mailbot.match_frame import Match, ask_address, reader, town_words
from mailbot.match_mail import one_tap
from mailbot.matching import digest as digests
from mailbot.matching.digest import Missing
from mailbot.matching.naming import first_name
from mailbot.model import Address, Lane
from mailbot.outbox.notes import harmless, render_note
from mailbot.outbox.render import Rendered
from mailbot.outbox.store import Draft


def reconfirm_draft(
    letters: Correspondence, offer: Match, asked: int, tally: Tally, calls: Sequence[str], now: datetime
) -> Draft:
    """The weekly question whether an offer still stands. `calls` are kinds that organisations look for."""
    language = letters.notes.language(offer["language"])
    address = ask_address(letters, asked, offer["mailbox"])
    who = reader(letters, language, address, now)
    kinds = digests.kinds_said(offer["kinds"], who) if offer["kinds"] else ""
    values = town_words(letters, language, offer["ticket"]) | one_tap(address, letters, language)
    values |= {"name": first_name(offer["name"]), "kinds": kinds, "calls": list(calls), **tally._asdict()}
    frame = Letterhead(
        sender=letters.sender(offer["mailbox"]),
        recipient=Address(offer["email"]),
        purpose="reconfirm",
        once_key=f"ask:{asked}",
        revision=f"q{asked}",
        lane=Lane.BULK,
        ticket=offer["ticket"],
        reply_to=address,
    )
    return letters.mail(frame, render_note(letters.notes, "reconfirm", language, values), now)


def near_draft(letters: Correspondence, request: Match, person: Match, rule: str, asked: int, now: datetime) -> Draft:
    """The one question that stands between a volunteer and a request: `rule` is what does not fit."""
    language = letters.notes.language(person["language"])
    address = ask_address(letters, asked, person["mailbox"])
    who = reader(letters, language, address, now)
    wanted = {f"r_{name}": value for name, value in request.items()}
    question = digests.question_said(rule, request, who)
    values = town_words(letters, language, person["id"]) | one_tap(address, letters, language)
    values |= {
        "name": first_name(person["requester_name"]),
        "kinds": digests.kinds_said(request["kinds"], who),
        "district": digests.district_said(request["district"], "", who),
        "when": digests.when_said(wanted, who),
        "question": question[:1].upper() + question[1:],
    }
    frame = Letterhead(
        sender=letters.sender(person["mailbox"]),
        recipient=Address(person["requester_email"]),
        purpose="near_miss",
        once_key=f"ask:{asked}",
        revision=f"q{asked}",
        lane=Lane.URGENT if request["urgent"] else Lane.MATCH,
        ticket=person["id"],
        reply_to=address,
    )
    return letters.mail(frame, render_note(letters.notes, "near_miss", language, values), now)


def mailing_draft(letters: Correspondence, to: Address, words: Rendered, asked: int, now: datetime) -> Draft:
    """A reviewed letter to somebody on a list, with the way to have no more of them."""
    language = letters.notes.language(words.language)
    address = ask_address(letters, asked, "")
    stop = f"mailto:{address}?subject=STOP"
    values = town_words(letters, language, 0)
    values |= {"name": harmless(to.name), "subject": words.subject, "text": words.text, "stop": stop}
    frame = Letterhead(
        sender=letters.first,
        recipient=to,
        purpose="mailing",
        once_key=f"ask:{asked}",
        revision=f"q{asked}",
        lane=Lane.BULK,
        reply_to=address,
        unsubscribe=stop,
    )
    return letters.mail(frame, render_note(letters.notes, "mailing", language, values), now)


def call_draft(letters: Correspondence, missing: Missing, recipient: str, now: datetime) -> Draft:
    """A draft call for volunteers to the communication SPOC, without anybody's details; once for each request."""
    row, notes = missing.request, letters.notes
    who = reader(letters, notes.first_language, "", now)
    match = {f"r_{name}": value for name, value in row.items()}
    own = row["languages"][:1]
    values = town_words(letters, notes.first_language, row["ticket"]) | {
        "kinds": digests.kinds_said(row["kinds"], who),
        "district": digests.district_said(row["district"], "", who),
        "when": digests.when_said(match, who),
        "language_said": who.labels.get(own[0], "") if own and own[0] != notes.first_language else "",
        "address": letters.mailboxes.get("leuven_helpt", letters.first).email,
    }
    frame = Letterhead(
        sender=letters.first,
        recipient=Address(recipient),
        purpose="call_for_volunteers",
        once_key=f"call:{row['ticket']}:{recipient}",
        revision=f"v{row['ticket']}",
        lane=Lane.DIGEST,
        ticket=row["ticket"],
        reply_to=letters.first.email,
    )
    return letters.mail(frame, render_note(notes, "call_for_volunteers", notes.first_language, values), now)


def call_said(letters: Correspondence, row: Match, language: str, now: datetime) -> str:
    """An organisation's call in one line: how many, for what, where, when; no name."""
    who = reader(letters, language, "", now)
    match = {f"r_{name}": value for name, value in row.items()}
    district = digests.district_said(row["district"], "", who)
    return f"{digests.kinds_said(row['kinds'], who)}, {district}: {digests.when_said(match, who)}"
