"""`demo`: a first day of letters on an embedded mail server, shown from the mailbox to the citizen's inbox."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.demo_match import add_matchmakers, match_day
from mailbot.cli.setup import make_folder
from mailbot.cli.terminal import bold, quiet
from mailbot.model import ConfigurationError

if TYPE_CHECKING:
    from mailbot.demo.server import EmbeddedMail
    from mailbot.opening import Opened

MAILBOXES = {"corona": "corona@leuven.example", "leuven_helpt": "leuven.helpt@leuven.example"}
SHOWN = (
    "ria.tack@mailhuis.example",
    "luc.mertens@mailhuis.example",  # a question, answered from the library
    "aicha.benali@mailhuis.example",
    "karel.aerts@mailhuis.example",
)
SETTINGS = """\
# A demonstration desk: its mail server lived in the demo and is gone; the letters and tickets are here.
host = "leuven.example"
authserv_id = "mx.leuven.example"

{mailboxes}
[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
"""
MAILBOX = """\
[mailboxes.{name}]
address = "{address}"
since = 2020-03-13
host = "127.0.0.1"
port = {imap_port}
tls = "none"
user = "{name}"
password = "demo"

"""


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--into", help="Where the demonstration desk is kept.")] = Path("demo-out"),
) -> None:
    """A first day: some seventy letters come in, become tickets, and are answered; then citizens write back.

    Two matchmakers get their digests, say yes and call, and a volunteer and a requester are brought together.

    Everything runs in this process, on this machine; nothing is sent anywhere.
    """
    try:
        from mailbot.demo.server import EmbeddedMail
    except ModuleNotFoundError as error:
        raise ConfigurationError("the demo needs an extra: pip install 'mailbot[demo]'") from error
    from mailbot.demo.library import play_day
    from mailbot.opening import open_desk

    _fresh(folder)
    make_folder(folder, MAILBOXES, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    play_day(folder / "answers")
    with EmbeddedMail(MAILBOXES) as mail:
        write_desk(folder, mail)
        add_matchmakers(folder)
        opened = open_desk(folder)
        _first_wave(mail, opened)
        _second_wave(mail, open_desk(folder))
        match_day(folder, mail)
        _show(folder, mail)


def _fresh(folder: Path) -> None:
    from mailbot.place import FILE

    if folder.exists() and not (folder / FILE).exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} holds other things; name an empty folder with --into")
    shutil.rmtree(folder, ignore_errors=True)


def write_desk(folder: Path, mail: EmbeddedMail) -> None:
    """Write the settings that lead to an embedded mail server into a desk's folder."""
    from mailbot.place import FILE

    sections = "".join(
        MAILBOX.format(name=name, address=address, imap_port=mail.imap_port) for name, address in MAILBOXES.items()
    )
    settings = SETTINGS.format(mailboxes=sections, smtp_port=mail.smtp_port)
    (folder / FILE).write_text(settings, encoding="utf-8")


def _first_wave(mail: EmbeddedMail, opened: Opened) -> None:
    from mailbot.demo.day import letters
    from mailbot.shipped import shipped

    day = letters(shipped("data") / "demo", MAILBOXES)
    with typer.progressbar(day, label=f"delivering {len(day)} letters") as bar:
        for letter in bar:
            for login in letter.logins:
                mail.deliver(login, [letter.octets])
    _work(opened, "reading, deciding and answering")


def _second_wave(mail: EmbeddedMail, opened: Opened) -> None:
    from mailbot.demo.day import reactions

    came_back = list(reactions(mail.inboxes))
    mail.deliver("leuven_helpt", came_back)
    _work(opened, f"{len(came_back)} citizens and machines write back")


def _work(opened: Opened, what: str) -> None:
    from mailbot.worker import run_once

    typer.echo(f"{what} …")
    run_once(opened)


def _show(folder: Path, mail: EmbeddedMail) -> None:
    from mailbot.cli.doctor import ledger_text
    from mailbot.inspection import ask_servers
    from mailbot.place import database_url
    from mailbot.storage.database import Database
    from mailbot.storage.ledger import balance

    database = Database(database_url(folder))
    with database.read() as connection:
        found = balance(connection, ask_servers(folder))
    database.close()
    for address in SHOWN:
        _show_answer(mail, address)
    typer.echo(bold("\nThe queue, most pressing first"))
    typer.echo(_queue(folder))
    typer.echo(bold("\nThe ledger: every letter accounted for"))
    typer.echo(ledger_text(found))
    typer.echo(f"{mail.accepted} mails accepted by the relay for {len(mail.inboxes)} people.\n")
    typer.echo(bold("Where to look next"))
    for command in ("next", "triage", "list --urgent", "match list", "outbox list --state sent", "status"):
        typer.echo(f"  ./run mailbot -C {folder} {command}")
    typer.echo("  ./run mailbot explain data/demo/0931-longer-mixed.eml")


def _show_answer(mail: EmbeddedMail, address: str) -> None:
    from email import message_from_bytes, policy

    for octets in mail.inboxes.get(address, ())[:1]:
        answer = message_from_bytes(octets, policy=policy.default)
        body = answer.get_body(("plain",))
        text = body.get_content() if body else ""
        typer.echo(bold(f"\nIn the inbox of {address}: {answer['Subject']}"))
        typer.echo(quiet("\n".join(f"  {line}" for line in text.strip().splitlines())))


def _queue(folder: Path) -> str:
    from datetime import UTC, datetime

    from mailbot.cli.queue import queue_text
    from mailbot.place import database_url
    from mailbot.storage.reading import open_reader
    from mailbot.storage.views import Filters, queue

    with open_reader(database_url(folder)) as reader:
        return queue_text(queue(reader, Filters(limit=15)), datetime.now(UTC))
