"""The letters of a first day, and what citizens write back when they have been answered. Delivers nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoLetter:
    """One letter of the day: its file's name, the logins it is delivered to, its octets."""

    name: str
    logins: tuple[str, ...]
    octets: bytes


def letters(folder: Path, mailboxes: Mapping[str, str]) -> list[DemoLetter]:
    """Every letter of the folder in the order of the day; `mailboxes` maps a login to its address."""
    return [_letter(path, mailboxes) for path in sorted(folder.glob("*.eml"))]


def _letter(path: Path, mailboxes: Mapping[str, str]) -> DemoLetter:
    octets = path.read_bytes()
    to = str(BytesParser(policy=compat32).parsebytes(octets, headersonly=True)["To"])
    logins = tuple(login for login, address in mailboxes.items() if address in to)
    return DemoLetter(path.name, logins or (next(iter(mailboxes)),), octets)


@dataclass(frozen=True, slots=True)
class Reaction:
    """How one citizen reacts to our answer: an extra header, and his words above the quoted mail."""

    citizen: str
    words: str
    extra: str = ""
    subject: str = ""


REACTIONS = (
    Reaction("wout.celis@campus.example", "Top, bedankt! Ik wacht af.\n\nWout\n\nVerstuurd vanaf mijn iPhone"),
    Reaction("danny.smets@mailhuis.example", "dank u"),
    Reaction("marcel.hendrix@mailhuis.example", "Ik ben vergeten te zeggen: 't is een grote hond, een bouvier. Marcel"),
    Reaction(
        "greet.verlinden@mailhuis.example",
        "Nog iets: ze heeft ook haar bloeddrukpillen nodig, het voorschrift ligt klaar bij de apotheek.",
    ),
    Reaction(
        "luc.mertens@mailhuis.example",
        "Ik ben tot en met 20 maart niet bereikbaar. Luc Mertens",
        "Auto-Submitted: auto-replied\r\n",
        "Automatisch antwoord: ",
    ),
)
BOUNCING = "guy.thijs@mailhuis.example"


def reactions(inboxes: Mapping[str, Sequence[bytes]]) -> Iterator[bytes]:
    """What comes back after the first answers: follow-ups in the thread, thanks, an absence, and a bounce."""
    for reaction in REACTIONS:
        for answer in inboxes.get(reaction.citizen, ())[:1]:
            yield _reply(reaction, BytesParser(policy=compat32).parsebytes(answer))
    for answer in inboxes.get(BOUNCING, ())[:1]:
        yield _bounce(BytesParser(policy=compat32).parsebytes(answer))


def _reply(reaction: Reaction, answer: Message) -> bytes:
    head = (
        f"From: {reaction.citizen}\r\nTo: {answer['Reply-To']}\r\n"
        f"Subject: {reaction.subject or 'Re: '}{_plain(answer['Subject'])}\r\n"
        f"Message-ID: <re.{_plain(answer['Message-ID'])[1:12]}@{reaction.citizen.partition('@')[2]}>\r\n"
        f"In-Reply-To: {_plain(answer['Message-ID'])}\r\nReferences: {_plain(answer['Message-ID'])}\r\n"
        f"Date: Mon, 16 Mar 2020 20:40:00 +0100\r\n{reaction.extra}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    quoted = "Op ma 16 mrt. 2020 om 20:31 schreef Leuven Helpt <corona@leuven.example>:\n> Bedankt voor uw bericht."
    return head.encode() + f"{reaction.words}\n\n{quoted}\n".replace("\n", "\r\n").encode()


def _bounce(answer: Message) -> bytes:
    parts = (
        "Content-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered: mailbox does not exist.\n",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mailhuis.example\n\n"
        f"Final-Recipient: rfc822; {BOUNCING}\nAction: failed\nStatus: 5.1.1\n",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {_plain(answer['Message-ID'])}\nTo: {BOUNCING}\n",
    )
    body = "".join(f"--demo\n{part}\n" for part in parts) + "--demo--\n"
    head = (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.mailhuis.example>\n"
        "To: corona@leuven.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <bounce.1@mx.mailhuis.example>\nDate: Mon, 16 Mar 2020 20:41:00 +0100\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; "
        'report-type=delivery-status; boundary="demo"\n\n'
    )
    return (head + body).replace("\n", "\r\n").encode()


def _plain(value: object) -> str:
    return re.sub(r"\s+", " ", str(value or "")).strip()
