"""Digests made: which matchmaker gets which rows, and the mail that holds them. When one is due is in `matchmaking`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot import match_frame, match_mail
from mailbot.correspondence import Correspondence
from mailbot.matching import mail_store, store
from mailbot.matching.allot import Row as AllotRow
from mailbot.matching.allot import allot
from mailbot.matching.digest import Line, Missing
from mailbot.matching.playbook import Matchmaker
from mailbot.outbox.store import Draft
from mailbot.tickets import roster_store
from mailbot.tickets.roster import is_matchmaker

Match = Mapping[str, Any]


def present(connection: Connection, letters: Correspondence, now: datetime) -> list[Matchmaker]:
    """The matchmakers who are not away: those of today's roster, or all of them where it names none who is there."""
    away = mail_store.absent(connection, now)
    there = [one for one in letters.desk.policy.matchmakers if one.address.casefold() not in away]
    today = now.astimezone(letters.desk.policy.hours.tz).date()
    on = {each.email.casefold() for each in roster_store.between(connection, today, today) if is_matchmaker(each)}
    return [one for one in there if one.address.casefold() in on] or there


def matchmaker_of(letters: Correspondence, address: str) -> Matchmaker:
    """Who an address belongs to; somebody without a name where they left the list since."""
    known = (one for one in letters.desk.policy.matchmakers if one.address.casefold() == address.casefold())
    return next(known, Matchmaker(address=address, name=""))


def head_of(letters: Correspondence, digest: int, token: str, address: str, mailbox: str) -> dict[str, Any]:
    """What a mail to a matchmaker needs to know of them and of the digest."""
    one = matchmaker_of(letters, address)
    language = letters.notes.language(*one.languages)
    head = {"id": digest, "token": token, "matchmaker": one.address, "mailbox": mailbox}
    return {**head, "language": language, "name": one.name}


def shared_out(
    connection: Connection, letters: Correspondence, matches: Sequence[Match], now: datetime
) -> dict[str, list[Match]]:
    """Matches without an owner, by the address of the matchmaker who gets them; written as theirs."""
    rows = [_allotted(match) for match in matches]
    given = allot(rows, present(connection, letters, now))
    found: dict[str, list[Match]] = {}
    for match in matches:
        if address := given.get(match["id"]):
            store.note(connection, match["id"], {"owner": address})
            found.setdefault(address, []).append({**match, "owner": address})
    return found


def _allotted(match: Match) -> AllotRow:
    language = match["r_languages"][0] if match["r_languages"] else ""
    return AllotRow(match["id"], match["r_district"], language, match["r_matchmaker"], match["urgent"])


def make(
    connection: Connection,
    letters: Correspondence,
    address: str,
    matches: Sequence[Match],
    occasion: str,
    now: datetime,
    missing: Sequence[Missing] = (),
) -> Draft | None:
    """One digest with these rows; None where this matchmaker has had the one of this occasion."""
    filled = _filled(connection, letters, address, matches, occasion, now, missing)
    if filled is None:
        return None
    head, lines = filled
    return match_mail.digest_draft(letters, head, lines, missing, now)


def make_contact_sheet(
    connection: Connection, letters: Correspondence, match: Match, asked: Sequence[str], now: datetime
) -> Draft | None:
    """The contact sheet of a match to its owner, itself a digest of one row."""
    occasion = f"contact:{match['id']}:{now.isoformat()}"
    filled = _filled(connection, letters, match["owner"], [match], occasion, now)
    if filled is None:
        return None
    head, lines = filled
    return match_mail.contact_sheet(letters, head, lines[0], asked, now)


def _filled(
    connection: Connection,
    letters: Correspondence,
    address: str,
    matches: Sequence[Match],
    occasion: str,
    now: datetime,
    missing: Sequence[Missing] = (),
) -> tuple[dict[str, Any], list[Line]] | None:
    about = occasion.partition(":")[0]
    number = mail_store.open_digest(connection, address, about, occasion, now)
    if number is None:
        return None
    token = match_frame.digest_token(letters, number, address)
    lines = [
        Line(place, match_frame.row_token(letters, number, match["id"], address), match)
        for place, match in enumerate(matches, start=1)
    ]
    rows = [(line.number, line.match["id"], line.token) for line in lines]
    asking = {each.request["ticket"]: each.near for each in missing if each.near}
    mail_store.fill_digest(connection, number, token, rows, about, asking)
    mailbox = matches[0]["r_who_mailbox"] if matches else ""
    return head_of(letters, number, token, address, mailbox), lines
