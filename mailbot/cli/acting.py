"""What every verb of the desk needs: who acts, on which ticket, with what, and how it is told. Does no verb."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import where
from mailbot.cli.terminal import quiet, safe
from mailbot.model import Permanent

if TYPE_CHECKING:
    from mailbot.writing import Writing

Actor = Annotated[str, typer.Option("--as", help="Who you are. [env MAILBOT_OPERATOR; default: your login]")]
Number = Annotated[str, typer.Argument(metavar="TICKET", help="A ticket number, such as 1042 or #1042.")]
AsJson = Annotated[bool, typer.Option("--json", help="The outcome as one JSON object.")]
CUT = "# --- below this line nothing is sent ---"


def operator(written: str) -> str:
    """Who acts: as said, else MAILBOT_OPERATOR, else the login."""
    import getpass

    from mailbot.tickets.names import operator_name

    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        login = ""
    return operator_name(written or os.environ.get("MAILBOT_OPERATOR", "") or login)


def ticket_number(written: str) -> int:
    """A ticket's number from what a person types."""
    wanted = written.lstrip("#")
    if not wanted.isdecimal() or len(wanted) > 15:
        raise typer.BadParameter(f"{written!r} is no ticket number; `mailbot list` shows them")
    return int(wanted)


def clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def writing(context: typer.Context) -> Iterator[Writing]:
    """All that verbs write with; closed at the end."""
    from mailbot.opening import open_writing

    opened = open_writing(where.folder(context))
    try:
        yield opened
    finally:
        opened.database.close()


def told(text: str, outcome: dict[str, Any], *, as_json: bool) -> None:
    """Say what was done, in words or as JSON."""
    from mailbot.cli.queue import as_line

    typer.echo(as_line(outcome) if as_json else text)


def show_ticket(context: typer.Context, number: int, *, as_json: bool = False) -> None:
    """Print a ticket as `show` does."""
    from mailbot.cli.queue import as_line, ticket_text
    from mailbot.storage.views import ticket

    with where.reader(context) as reader:
        found = ticket(reader, number)
    if found is not None:
        typer.echo(as_line(found) if as_json else ticket_text(found))


def edited(start: str, below: str, *, as_it_is: bool = False) -> str:
    """What a person makes of a text in $EDITOR; what stands below the cut is shown and never sent.

    Raises Permanent where there is no editor, naming the option to use instead, and where nothing was
    written, unless the text may go as it is.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "nano"
    with tempfile.TemporaryDirectory(prefix="mailbot-") as folder:
        path = Path(folder) / "answer.txt"
        shown = "\n".join(f"# {line}" for line in safe(below, lines=True).splitlines())
        path.write_text(f"{start}\n\n{CUT}\n{shown}\n", encoding="utf-8")
        try:
            done = subprocess.run([*command.split(), str(path)], check=False)  # noqa: S603 - the person's own editor
        except OSError as error:
            raise Permanent(f'{command}: {error.strerror}; set EDITOR, or use --text "..."') from error
        if done.returncode:
            raise Permanent(f"{command} ended with {done.returncode}; nothing was sent")
        written = path.read_text(encoding="utf-8").partition(CUT)[0].strip()
        if written == start.strip() and not as_it_is:
            raise Permanent("you changed nothing, so nothing was sent; write your answer above the line, or use --text")
        return written


def words_of(text: str) -> str:
    """A text given with an option; `-` reads it from standard input."""
    return sys.stdin.read() if text == "-" else text


def next_step(command: str) -> str:
    """The line that names what to type next."""
    return quiet(f"`mailbot {command}`")
