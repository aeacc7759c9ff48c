"""`quarantine`: messages that a bug set apart, looked at and judged again. Nothing here is ever deleted."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.queue import as_line
from mailbot.cli.terminal import columns, local, safe
from mailbot.model import Permanent

nouns = typer.Typer(
    help="Messages set apart with a reason; replay them after the fix.", rich_markup_mode=None, no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(nouns, name="quarantine")


@nouns.command("list")
def list_quarantined(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False
) -> None:
    """Every message in quarantine, with its reason."""
    from mailbot.storage.views import quarantined

    with where.reader(context) as reader:
        rows = quarantined(reader)
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
    elif rows:
        cells = [(str(r["id"]), r["mailbox"], local(r["arrived_at"]), str(r["size"]), safe(r["reason"])) for r in rows]
        typer.echo(columns(("MESSAGE", "MAILBOX", "ARRIVED", "OCTETS", "REASON"), cells))
    else:
        typer.echo("Nothing is in quarantine.")


@nouns.command("show")
def show(context: typer.Context, message: Annotated[int, typer.Argument(help="The message's number.")]) -> None:
    """The raw message, harmless to read."""
    import zlib

    from mailbot.storage.views import raw

    with where.reader(context) as reader:
        found = raw(reader, message)
    if found is None:
        raise Permanent(f"there is no message {message}; `mailbot quarantine list` shows them")
    row, octets = found
    typer.echo(f"message {row['id']} of {row['mailbox']}, {row['state']}: {safe(row['reason'])}\n")
    typer.echo(safe(zlib.decompress(octets).decode("utf-8", "replace"), lines=True))


@nouns.command("replay")
def replay(
    context: typer.Context,
    messages: Annotated[list[int] | None, typer.Argument(help="Their numbers; none means all.")] = None,
) -> None:
    """Put messages back in line; the next run judges them again."""
    from mailbot.intake.store import requeue
    from mailbot.storage.views import quarantined

    with where.reader(context) as reader:
        waiting = [row["id"] for row in quarantined(reader)]
    unknown = [number for number in messages or [] if number not in waiting]
    if unknown:
        raise Permanent(f"not in quarantine: {', '.join(map(str, unknown))}; `mailbot quarantine list` shows them")
    with where.database(context) as database, database.begin() as connection:
        count = sum(requeue(connection, number) for number in messages or waiting)
    typer.echo(f"{count} put back in line; `mailbot run` judges them again.")
