"""`search`: letters, notes and people, by words and filters."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.cli import where
from mailbot.cli.terminal import bold, columns, local, loud, safe


def register(app: typer.Typer) -> None:
    app.command("search")(search)


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Beginnings of words, a telephone number, filters.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many tickets.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find letters, notes and people: every word must be there, case and accents do not matter.

    Filters: status: intent: place: mailbox: language: channel: urgent: by: (who holds it) for: (whose it is)
    before: after:; several values with commas.

    Examples: `mailbot search insuline wilsele`, `mailbot search 0470 00 00 15`,
    `mailbot search boodschappen status:new,open intent:help_request place:Heverlee before:2020-04-01`.
    """
    from mailbot.cli.queue import WORDS, as_line
    from mailbot.queueing import queue_policy
    from mailbot.storage.searching import search as find
    from mailbot.tickets.queries import around, read_query

    asked = read_query(words, queue_policy(where.folder(context)).hours.tz)
    with where.reader(context) as reader:
        rows = find(reader, asked, limit)
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
        return
    cells = [
        (
            "!" if row["urgent"] else "",
            f"#{row['id']}",
            WORDS[row["intent"]],
            row["status"],
            local(row["at"]),
            safe(row["requester_name"] or row["requester_email"] or row["phone"] or "")[:24],
            safe(around(row["text"] or row["subject"], asked.words)),
        )
        for row in rows
    ]
    head = ("", "TICKET", "WHAT", "STATUS", "WHEN", "FROM", "FOUND IN")
    first, *lines = columns(head, cells).splitlines()
    shown = [loud(line) if row["urgent"] else line for line, row in zip(lines, rows, strict=True)]
    typer.echo("\n".join([bold(first), *shown]) if rows else "Nothing found; fewer words or filters find more.")
