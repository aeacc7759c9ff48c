"""The demo's matchmakers and the citizens who are brought together: their rules, and what they write. Sends nothing."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

AUTHSERV_ID = "mx.leuven.example"
MATCHMAKERS = {"an.claes@leuven.example": "An Claes", "bart.devos@leuven.example": "Bart Devos"}
_DISTRICTS = {"an.claes@leuven.example": "[Leuven, Heverlee]", "bart.devos@leuven.example": "[Kessel-Lo, Wilsele]"}


def with_matchmakers(rules: str) -> str:
    """The town's rules with the demo's matchmakers in place of none."""
    lines = [
        f"  - {{address: {address}, name: {name}, districts: {_DISTRICTS[address]}, languages: [nl, fr, en]}}"
        for address, name in MATCHMAKERS.items()
    ]
    told = "matchmakers:\n" + "\n".join(lines).replace(
        "languages: [nl, fr, en]}", "languages: [nl, fr, en], coordinator: yes}", 1
    )
    return re.sub(r"(?m)^matchmakers: \[\].*$", told, rules, count=1)


def opened_mail(octets: bytes) -> EmailMessage:
    """A mail from an inbox, as its reader's program opens it."""
    mail = message_from_bytes(octets, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage, subtype: str = "plain") -> str:
    """What the mail says, as text or as a page."""
    body = mail.get_body((subtype,))
    return str(body.get_content()) if body else ""


def rows(mail: EmailMessage) -> list[int]:
    """The numbers of a digest's proposals whose two people are both known by name, in order."""
    found = re.findall(r"(?m)^(\d{1,3}) .*\bM-\d+ .*\n(.*)$", words(mail))
    return [int(number) for number, people in found if "…" not in people]


def answer(mail: EmailMessage, text: str, number: int) -> bytes:
    """Its reader presses Reply and writes above the quote; the town's own server vouches for the sender."""
    sender = mail["To"].addresses[0].addr_spec
    quoted = "\n".join(f"> {line}" for line in words(mail).splitlines())
    head = (
        f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from={sender.partition('@')[2]}\r\n"
        f"Delivered-To: {mail['Reply-To']}\r\nFrom: {sender}\r\nTo: {mail['Reply-To']}\r\n"
        f"Subject: Re: {' '.join(str(mail['Subject']).split())}\r\nMessage-ID: <match.{number}@{AUTHSERV_ID}>\r\n"
        f"In-Reply-To: {mail['Message-ID']}\r\nReferences: {mail['Message-ID']}\r\n"
        "Date: Mon, 16 Mar 2020 20:50:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    body = f"{text}\n\nOp ma 16 mrt. 2020 om 20:45 schreef Leuven Helpt:\n{quoted}\n"
    return head.encode() + body.replace("\n", "\r\n").encode()
