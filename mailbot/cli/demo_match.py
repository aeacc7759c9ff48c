"""The part of `demo` in which people are brought together: digest, answers, contact sheet, introductions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mailbot.cli.terminal import bold, quiet

if TYPE_CHECKING:
    from email.message import EmailMessage

    from mailbot.demo.server import EmbeddedMail

SHOWN_ROWS = 12


def add_matchmakers(folder: Path) -> None:
    """Give the demonstration desk its matchmakers."""
    from mailbot.demo.matchmaking import with_matchmakers

    rules = folder / "rules.yaml"
    rules.write_text(with_matchmakers(rules.read_text(encoding="utf-8")), encoding="utf-8")


def match_day(folder: Path, mail: EmbeddedMail) -> None:
    """Digests out, two rounds of answers in, and what the two sides then find in their inboxes."""
    from mailbot.demo.matchmaking import MATCHMAKERS, answer, rows, words
    from mailbot.matchmaking import send_now
    from mailbot.opening import open_desk
    from mailbot.worker import run_once

    opened = open_desk(folder)
    typer.echo("matching requests with offers, and asking the matchmakers …")
    send_now(opened.office)
    run_once(opened)
    digests = [each for address in MATCHMAKERS for each in _new(mail, address)]
    first = next((each for each in digests if rows(each)), None)
    if first is None:
        return
    page = folder / "digest.html"
    page.write_text(words(first, "html"), encoding="utf-8")
    _tell(f"The digest of {first['To']}: {first['Subject']}", words(first), SHOWN_ROWS)
    typer.echo(quiet(f"  … all of it as a page, with one-tap answers: {page}"))

    chosen, others = rows(first)[0], rows(first)[1:2]
    said = "\n".join([f"{chosen} ja", *(f"{number} nee, te ver" for number in others)])
    typer.echo(bold(f"\n{first['To']} answers: {said!r}"))
    mail.deliver("leuven_helpt", [answer(first, said, 1)])
    run_once(open_desk(folder))
    sheet = next(each for each in _new(mail, str(first["To"])) if "Contactblad" in str(each["Subject"]))
    typer.echo(bold(f"The contact sheet arrives; {first['To']} calls both, and answers: '1 gebeld'"))
    mail.deliver("leuven_helpt", [answer(sheet, "1 gebeld", 2)])
    run_once(open_desk(folder))
    for each in _introductions(mail):
        _tell(f"In the inbox of {each['To']}: {each['Subject']}", words(each), 14)


def _new(mail: EmbeddedMail, address: str) -> list[EmailMessage]:
    from mailbot.demo.matchmaking import opened_mail

    return [opened_mail(octets) for octets in mail.inboxes.get(address, ())]


def _introductions(mail: EmbeddedMail) -> list[EmailMessage]:
    found = [each for address in list(mail.inboxes) for each in _new(mail, address)]
    told = ("Afgesproken:", "komt u helpen", "C'est convenu", "vient vous aider", "It is settled", "is coming to help")
    return [each for each in found if any(words in str(each["Subject"]) for words in told)]


def _tell(title: str, text: str, most: int) -> None:
    typer.echo(bold(f"\n{title}"))
    lines = text.strip().splitlines()
    typer.echo(quiet("\n".join(f"  {line}" for line in lines[:most])))
    if len(lines) > most:
        typer.echo(quiet("  …"))
