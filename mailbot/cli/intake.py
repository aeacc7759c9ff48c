"""`intake`: a call in progress, a form's export, a neighbourhood worker's note, made into tickets."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.acting import Actor, clock, next_step, operator, words_of
from mailbot.cli.terminal import bold, loud, safe
from mailbot.model import ConfigurationError, Permanent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailbot.doors import Known, Taken
    from mailbot.intake.forms import Told
    from mailbot.opening import Opened

nouns = typer.Typer(help="Other doors than mail: phone, import.", rich_markup_mode=None, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="The outcome as one JSON object.")]


def register(app: typer.Typer) -> None:
    app.add_typer(nouns, name="intake")


@nouns.command("phone")
def phone(
    context: typer.Context,
    number: Annotated[
        str, typer.Option("--number", help="The caller's number; first, for it finds who is known.")
    ] = "",
    need: Annotated[str, typer.Option("--need", help="What is asked or offered, in the caller's words.")] = "",
    name: Annotated[str, typer.Option("--name", help="The caller.")] = "",
    place: Annotated[str, typer.Option("--place", help="Where.")] = "",
    on_behalf: Annotated[str, typer.Option("--for", help="Who it is for, if not the caller.")] = "",
    email: Annotated[str, typer.Option("--email", help="An address, if there is one.")] = "",
    language: Annotated[str, typer.Option("--language", help="nl, fr, en, de.")] = "",
    consent: Annotated[bool, typer.Option("--consent", help="The caller agrees that we pass this on.")] = False,
    channel: Annotated[str, typer.Option("--channel", help="phone, outreach or form.")] = "phone",
    reporter: Annotated[str, typer.Option("--reporter", help="The colleague who brings it.")] = "",
    actor: Actor = "",
    as_json: Json = False,
) -> None:
    """Take down a call while it lasts: what you do not give is asked, the number first.

    Examples: `mailbot intake phone`, `mailbot intake phone --number 0470000015 --need "brood en melk"`,
    `mailbot intake phone --channel outreach --reporter "buurtwerker Sofie" --need "..." --for "mevrouw Claes"`.
    """
    from mailbot.doors import take_down
    from mailbot.intake.forms import CHANNELS, Told
    from mailbot.opening import open_desk

    who = operator(actor)
    if channel not in CHANNELS:
        raise Permanent(
            f"{channel!r} is no channel; known are: {', '.join(CHANNELS)}; see `mailbot intake phone --help`"
        )
    opened = open_desk(where.folder(context))
    asks = sys.stdin.isatty() and not need
    try:
        called = e164(number or (_asked("Number") if asks else ""))
        if asks:
            _greet(opened, called)
            need, name = _asked("Need"), name or _asked("Name")
            place, on_behalf = (
                place or _asked("Place"),
                on_behalf or _asked("On whose behalf (empty: the caller's own)"),
            )
            consent = consent or typer.confirm("May we pass this on to a volunteer?", default=False)
        words = words_of(need).strip()
        if not words:
            raise Permanent('nothing was asked; run `mailbot intake phone --need "what is asked"`')
        told = Told(channel, words, name, called, checked_email(email), place, on_behalf, language, consent, reporter)
        taken = take_down(opened, told, who, clock(), uuid.uuid4().hex)
    finally:
        opened.office.database.close()
    _tell(taken, as_json=as_json)


def _asked(what: str) -> str:
    return str(typer.prompt(what, default="", show_default=False)).strip()


def _greet(opened: Opened, number: str) -> None:
    """Who calls, and what is open for them."""
    from mailbot.doors import look_up

    with opened.office.database.read() as connection:
        known = look_up(connection, number, "", "")
    for line in _known_lines(known):
        typer.echo(bold(line))


def _known_lines(known: Sequence[Known]) -> list[str]:
    return [
        f"same {each.how}: #{each.ticket} {safe(each.name)}: {safe(each.subject)[:60]}  (`mailbot show {each.ticket}`)"
        for each in known
    ]


def e164(written: str) -> str:
    """A number as the desk keeps it; empty for none. Raises Permanent for what is no number."""
    from mailbot.triage.contacts import candidates

    if not written.strip():
        return ""
    found = [each.number for each in candidates(written)]
    if not found:
        raise Permanent(f"{written!r} is no telephone number; write it as 0470 00 00 11, or leave it empty")
    return found[0]


def checked_email(written: str) -> str:
    """An address that can be written to; empty for none. Raises Permanent."""
    from mailbot.outbox.mime import checked

    return checked(written.strip().lower()) if written.strip() else ""


def _tell(taken: Taken, *, as_json: bool) -> None:
    from mailbot.cli.queue import as_line

    if as_json:
        typer.echo(as_line({"tickets": taken.tickets, "known": [each.ticket for each in taken.known]}))
        return
    for line in _known_lines(taken.known):
        typer.echo(line)
    first = taken.tickets[0]
    if taken.known:
        other = taken.known[0].ticket
        typer.echo(f"One person? {next_step(f'merge {first} {other}')} or {next_step(f'link {first} {other}')}")
    numbers = ", ".join(f"#{number}" for number in taken.tickets)
    typer.echo(f"{numbers} is in the queue. {next_step(f'show {first}')}")


@nouns.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV as the form exports it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    channel: Annotated[str, typer.Option("--channel", help="form, outreach or phone.")] = "form",
    reporter: Annotated[str, typer.Option("--reporter", help="The colleague who brings it.")] = "",
    actor: Actor = "",
) -> None:
    """Take in a form's rows; heads are those of `forms:` in rules.yaml. A bad row is named, the rest is taken.

    Taking in the same file again takes nothing twice. Example: `mailbot intake import form.csv --dry-run`.
    """
    from mailbot.cli.roster import read_csv
    from mailbot.intake.forms import CHANNELS, heads
    from mailbot.opening import open_desk

    who = operator(actor)
    if channel not in CHANNELS:
        raise Permanent(f"{channel!r} is no channel; known are: {', '.join(CHANNELS)}")
    rows = read_csv(file)
    opened = open_desk(where.folder(context))
    try:
        columns = heads(opened.policy.forms, list(rows[0]) if rows else [])
        if "need" not in columns.values():
            raise ConfigurationError(
                f"{file}: no column says what is asked; name its head under `forms: need:` in rules.yaml"
            )
        typer.echo("read: " + ", ".join(f"{safe(column)} as {field}" for column, field in columns.items()))
        taken, before, problems = _rows(opened, rows, columns, (channel, reporter, who), dry_run=dry_run)
    finally:
        opened.office.database.close()
    for problem in problems:
        typer.echo(loud(safe(problem)), err=True)
    verb = "would be taken" if dry_run else "taken"
    typer.echo(f"{taken} rows {verb}, {before} were there before, {len(problems)} left out. {next_step('list')}")
    if problems:
        raise typer.Exit(1)


def _rows(
    opened: Opened,
    rows: list[dict[str, str | None]],
    columns: dict[str, str],
    by: tuple[str, str, str],
    *,
    dry_run: bool,
) -> tuple[int, int, list[str]]:
    """Take rows one by one: how many new, how many known, and what is wrong with which."""
    from mailbot.doors import take_down
    from mailbot.intake.forms import told_by_row

    channel, reporter, who = by
    taken, before, problems = 0, 0, []
    for number, row in enumerate(rows, 2):
        try:
            told = _sound(told_by_row(row, columns, channel, reporter))
            if dry_run:
                taken += 1
                continue
            outcome = take_down(opened, told, who, clock(), "import")
        except (ValueError, Permanent) as error:
            problems.append(f"row {number}: {error}")
            continue
        taken += bool(outcome.tickets)
        before += not outcome.tickets
        for line in _known_lines(outcome.known):
            typer.echo(f"row {number}: {line}")
    return taken, before, problems


def _sound(told: Told) -> Told:
    from dataclasses import replace

    return replace(told, phone=e164(told.phone), email=checked_email(told.email))
