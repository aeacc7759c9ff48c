"""`outbox`: what leaves, what waits, what may have left; retried or cancelled by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.queue import as_line
from mailbot.cli.terminal import columns, local, safe
from mailbot.model import OutboxState

nouns = typer.Typer(help="Outgoing mail: list, retry, cancel.", rich_markup_mode=None, no_args_is_help=True)
TROUBLED = (OutboxState.QUEUED, OutboxState.CLAIMED, OutboxState.UNKNOWN, OutboxState.FAILED)


def register(app: typer.Typer) -> None:
    app.add_typer(nouns, name="outbox")


@nouns.command("list")
def list_outbox(
    context: typer.Context,
    state: Annotated[list[OutboxState] | None, typer.Option(help="Only these; default: all that has not left.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Outgoing mail that waits, failed, or may have left.

    Examples: `mailbot outbox list`, `mailbot outbox list --state sent -n 10`.
    """
    from mailbot.storage.views import outbox

    with where.reader(context) as reader:
        rows = outbox(reader, tuple(state or TROUBLED), limit)
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
        return
    cells = [
        (
            str(row["id"]),
            row["state"],
            row["lane"],
            row["purpose"],
            f"#{row['ticket']}" if row["ticket"] else "",
            safe(row["recipient"]),
            str(row["attempts"]),
            local(row["sent_at"] or row["next_attempt_at"]),
            safe(row["outcome"])[:80],
        )
        for row in rows
    ]
    head = ("MAIL", "STATE", "LANE", "PURPOSE", "TICKET", "TO", "TRIES", "WHEN", "OUTCOME")
    typer.echo(columns(head, cells) if cells else "Nothing waits in the outbox.")


@nouns.command("retry")
def retry(
    context: typer.Context,
    mails: Annotated[list[int], typer.Argument(help="Their numbers.")],
    force: Annotated[bool, typer.Option("--force", help="Also mail that the relay may already have.")] = False,
) -> None:
    """Send mail again that failed. Mail in state `unknown` may arrive twice, so that needs --force."""
    from mailbot.outbox.upkeep_store import retry

    with where.database(context) as database:
        for number in mails:
            retry(database, number, datetime.now(UTC), force=force)
            typer.echo(f"{number}: queued again")


@nouns.command("cancel")
def cancel(context: typer.Context, mails: Annotated[list[int], typer.Argument(help="Their numbers.")]) -> None:
    """Take mail out of the queue before it leaves."""
    from mailbot.outbox.upkeep_store import cancel

    with where.database(context) as database:
        for number in mails:
            cancel(database, number, datetime.now(UTC))
            typer.echo(f"{number}: cancelled")
