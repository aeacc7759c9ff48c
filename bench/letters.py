"""Letters for load: a seeded generator. Dutch, 300 to 3,000 characters, 70 % with an HTML alternative, 10 % with an
attachment of 20 to 500 kB, 30 % replies with a quote; every sender and Message-ID is its own, all invented."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

CORONA, HELPT = "corona@leuven.example", "leuven.helpt@leuven.example"
FIRST = [
    "Anna",
    "Bert",
    "Carine",
    "Dirk",
    "Elke",
    "Frans",
    "Greet",
    "Hugo",
    "Ilse",
    "Jan",
    "Karin",
    "Luc",
    "Mia",
    "Nico",
    "Odette",
    "Paul",
    "Rita",
    "Stef",
    "Tine",
    "Urbain",
]
LAST = [
    "Aerts",
    "Bos",
    "Claes",
    "Daems",
    "Engels",
    "Faes",
    "Geens",
    "Hermans",
    "Jacobs",
    "Kuypers",
    "Lenaerts",
    "Maes",
    "Nys",
    "Peeters",
    "Raes",
    "Smets",
    "Thys",
]
PLACES = ["Leuven", "Heverlee", "Kessel-Lo", "Wilsele", "Wijgmaal", "Haasrode", "Herent", "Bierbeek"]
ASKING = (
    "Ik ben {age} jaar en kan zelf niet meer naar de winkel.",
    "Wie kan er deze week boodschappen brengen naar {place}?",
    "Mijn moeder woont alleen in {place} en heeft hulp nodig met haar medicijnen.",
    "Kan er iemand twee keer per week met onze hond gaan wandelen?",
    "Wij zoeken iemand die een warme maaltijd kan brengen.",
)
OFFERING = (
    "Ik wil graag helpen met boodschappen in {place} en omgeving.",
    "Ik heb een auto en elke avond tijd.",
    "Wij bieden met onze studentenclub aan om te telefoneren met mensen die alleen zijn.",
    "Ik kan naaien en heb nog stof liggen voor mondmaskers.",
)
WONDERING = (
    "Mag ik mijn kleinkinderen nog zien als we buiten blijven?",
    "Is het recyclagepark deze week open?",
    "Tot wanneer blijven de scholen gesloten?",
    "Met hoeveel mogen we zijn op een begrafenis?",
)
FILLING = (
    "Wij wonen hier al {age} jaar en kennen de buurt goed.",
    "Het is een rare tijd en wij proberen er het beste van te maken.",
    "Mijn dochter heeft mij dit adres gegeven, ik hoop dat ik juist ben.",
    "U mag mij altijd bellen op 0470 00 00 {two:02d}, liefst in de voormiddag.",
    "Alvast hartelijk bedankt voor uw inzet en voor het antwoord.",
    "Onze straat ligt vlak bij de kerk van {place}.",
)


SHORTEST, LONGEST = 300, 3_000  # characters of own text


def letters(count: int, seed: int = 1, longest: int = LONGEST) -> Iterator[tuple[str, bytes]]:
    """`count` letters as (address of the mailbox, octets); the same seed gives the same letters."""
    draw = random.Random(seed)
    blobs = [
        base64.encodebytes(draw.randbytes(draw.randint(20_000, 500_000) * 3 // 4)).replace(b"\n", b"\r\n")
        for _ in range(12)
    ]
    for number in range(count):
        yield _letter(draw, number, seed, blobs, longest)


def _letter(
    draw: random.Random, number: int, seed: int, blobs: list[bytes], longest: int
) -> tuple[str, bytes]:
    to, stock = draw.choices(((HELPT, ASKING), (HELPT, OFFERING), (CORONA, WONDERING)), (30, 30, 40))[0]
    name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
    text = _text(draw, stock, name, longest)
    if draw.random() < 0.3:
        text += "\r\n\r\nOp ma 16 mrt. 2020 om 09:12 schreef Een Ander <ander@mailhuis.example>:\r\n" + "".join(
            f"> {line}\r\n" for line in _text(draw, FILLING, "Een Ander", longest).split("\r\n")
        )
    head = (
        f"Return-Path: <p{seed}.{number}@mailhuis.example>\r\nReceived: from mx.mailhuis.example by mail.leuven.example\r\n"
        f"From: {name} <p{seed}.{number}@mailhuis.example>\r\nTo: {to}\r\nSubject: bericht {number}\r\n"
        f"Date: Mon, 16 Mar 2020 {8 + number % 12:02d}:{number % 60:02d}:00 +0100\r\n"
        f"Message-ID: <{seed}.{number}.{draw.getrandbits(40):x}@mailhuis.example>\r\nMIME-Version: 1.0\r\n"
    )
    return to, head.encode() + _body(draw, text, blobs)


def _text(draw: random.Random, stock: tuple[str, ...], name: str, longest: int) -> str:
    wanted = draw.randint(SHORTEST, longest) // (2 if stock is FILLING else 1)
    lines = ["Goeiedag,", ""]
    pool = [draw.choice(stock), *draw.choices(stock + FILLING, k=40)]
    for sentence in pool:
        if sum(map(len, lines)) > wanted - 80:
            break
        lines.append(sentence.format(age=draw.randint(20, 95), place=draw.choice(PLACES), two=draw.randint(0, 99)))
    return "\r\n".join([*lines, "", "Met vriendelijke groeten", name])


def _body(draw: random.Random, text: str, blobs: list[bytes]) -> bytes:
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode() + b"\r\n"
    if draw.random() < 0.7:
        html = (
            "<html><body><p>" + text.replace("\r\n\r\n", "</p><p>").replace("\r\n", "<br>\r\n") + "</p></body></html>"
        )
        marked = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode() + b"\r\n"
        parts = (b"--alt\r\n" + plain, b"--alt\r\n" + marked, b"--alt--\r\n")
        plain = b'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n' + b"".join(parts)
    if draw.random() < 0.1:
        attached = b"--mix\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename=foto.jpg\r\n"
        blob = b"Content-Transfer-Encoding: base64\r\n\r\n" + draw.choice(blobs)
        plain = (
            b'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\n' + plain + attached + blob + b"--mix--\r\n"
        )
    return plain
