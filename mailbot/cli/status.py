"""`status`: how the desk stands, in one look. Whether anything is lost is asked of `doctor`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.queue import as_line
from mailbot.cli.terminal import ago, bold, columns, loud, safe

if TYPE_CHECKING:
    from mailbot.storage.views import DeskStatus


def register(app: typer.Typer) -> None:
    app.command("status")(status)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """How the desk stands: lag, last success of each mailbox, what waits, what leaves."""
    from mailbot.storage.views import desk_status

    now = datetime.now(UTC)
    with where.reader(context) as reader:
        found = desk_status(reader, now)
    if as_json:
        lag = found.lag.total_seconds() if found.lag is not None else 0
        typer.echo(as_line(asdict(found) | {"lag": lag}))
    else:
        typer.echo(status_text(found, now))


def status_text(found: DeskStatus, now: datetime) -> str:
    """The state of the desk for people."""
    lag = "none waits" if found.lag is None else f"{found.waiting} wait, the oldest for {ago(found.lag)}"
    open_tickets = sum(found.tickets.get(name, 0) for name in ("new", "open", "pending"))
    lines = [
        f"letters to judge   {lag}",
        f"open tickets       {open_tickets}, of which urgent: {found.urgent}",
        f"outbox             {_counts(found.outbox)}{_oldest_due(found, now)}",
        f"quarantine         {found.quarantined}" + ("; `mailbot quarantine list`" if found.quarantined else ""),
        f"worker             {_worker(found, now)}",
        *(loud(f"mail is parked     {each['scope']}: {safe(each['reason'])}") for each in found.breakers),
        "",
        _mailboxes(found, now),
    ]
    return "\n".join(lines)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "empty"


def _oldest_due(found: DeskStatus, now: datetime) -> str:
    if found.oldest_due is None or found.oldest_due > now:
        return ""
    return f"; due for {ago(now - found.oldest_due)}"


def _worker(found: DeskStatus, now: datetime) -> str:
    if not found.workers:
        return "never ran; `mailbot run`"
    latest = found.workers[0]
    return f"{latest['host']} ({latest['pid']}), heard {ago(now - latest['beat_at'])} ago"


def _mailboxes(found: DeskStatus, now: datetime) -> str:
    head = ("MAILBOX", "LAST SUCCESS", "LAST LETTER", "ON SERVER", "TROUBLE")
    rows = [
        (
            box["name"],
            f"{ago(now - box['last_success_at'])} ago" if box["last_success_at"] else "never",
            f"{ago(now - box['last_arrival_at'])} ago" if box["last_arrival_at"] else "never",
            str(box["server_count"]),
            safe(box["last_error"]),
        )
        for box in found.mailboxes
    ]
    first, *lines = columns(head, rows).splitlines()
    return "\n".join([bold(first), *lines])
