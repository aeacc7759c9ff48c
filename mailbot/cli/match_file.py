"""`match export` and `match import`: the match file as a workbook, and a town's existing workbook taken in."""

from __future__ import annotations

import getpass
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli import where
from mailbot.cli.terminal import safe
from mailbot.model import Permanent

if TYPE_CHECKING:
    from mailbot.matching.imported import Reading
    from mailbot.matching.matchfile import Sheet
    from mailbot.policy import Policy
    from mailbot.storage.database import Database

ENDING = ".xlsx"


def register(nouns: typer.Typer) -> None:
    nouns.command("export")(export)
    nouns.command("import")(take_in)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Where to write it.")],
    with_contacts: Annotated[
        bool, typer.Option("--with-contacts", help="Telephone numbers, addresses and streets too; needs --by.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="ADDRESS", help="The coordinator who asks, as in rules.yaml.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """The match file: matches, open requests without candidate, offers, figures; one sheet each.

    Names are a first name and an initial. What people wrote is not in it, and no cell is ever a formula.
    Who exports what is kept in the history.

    Examples: `mailbot match export today.xlsx`,
    `mailbot match export calls.xlsx --with-contacts --by an.peeters@leuven.example`.
    """
    from mailbot.matching import workbook_store

    policy = _policy(context)
    actor = _coordinator(policy, by) if with_contacts or by else getpass.getuser()
    if file.suffix.casefold() != ENDING:
        raise Permanent(f"{file} is no name for a workbook; end it in {ENDING}")
    if file.exists() and not force:
        raise Permanent(f"{file} is there already; name another file, or add --force")
    now = datetime.now(UTC)
    with where.database(context) as database:
        sheets = _sheets(database, policy, now, with_contacts=with_contacts)
        _note(database, actor, file, now, with_contacts=with_contacts)
    workbook_store.write(file, sheets, policy.hours.tz)
    counted = ", ".join(f"{sheet.title} {len(sheet.rows)}" for sheet in sheets)
    typer.echo(f"{file}: {counted}" + ("; people can be reached by it, keep it safe" if with_contacts else ""))


def _policy(context: typer.Context) -> Policy:
    from mailbot.policy import load_policy
    from mailbot.settings import load_settings

    place = where.folder(context)
    return load_policy(place / load_settings(place).rules)


def _coordinator(policy: Policy, address: str) -> str:
    known = {each.address.casefold() for each in policy.matchmakers if each.coordinator}
    if address.strip().casefold() not in known:
        raise Permanent("contact details are for a coordinator: --by ADDRESS, one of rules.yaml with coordinator: true")
    return address.strip().casefold()


def _sheets(database: Database, policy: Policy, now: datetime, *, with_contacts: bool) -> list[Sheet]:
    from mailbot.matching import matchfile, overview_store, records_store, store

    with database.read() as connection:
        matches = store.matches(connection)
        requests, offers = overview_store.requests(connection), overview_store.offers(connection)
        consents, facts = overview_store.consents(connection), records_store.facts(connection, now)
    districts = {row["ticket"]: row["district"] for row in requests}
    carried = {offer.id: offer.carried for offer in facts.offers}
    busy = {request for request, _ in facts.locked}
    lacking = [each for each in facts.requests if each.id not in busy]
    return [
        matchfile.matches_sheet(matches, consents, policy.playbook, with_contacts=with_contacts),
        matchfile.lacking_sheet(lacking, facts.offers, districts, policy.playbook, now),
        matchfile.offers_sheet(offers, carried),
        matchfile.figures_sheet(matches, requests, offers, now),
    ]


def _note(database: Database, actor: str, file: Path, now: datetime, *, with_contacts: bool) -> None:
    from mailbot.matching import overview_store

    with database.begin() as connection:
        overview_store.note_export(connection, actor, file.name, with_contacts=with_contacts, now=now)


def take_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The town's workbook of requests and offers.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken in.")] = False,
    mailbox: Annotated[str, typer.Option(help="The mailbox that writes to these people.")] = "",
) -> None:
    """Take in requests and offers from a workbook that the town kept before.

    One sheet of requests and one of offers, or one with a column `vraag of aanbod`. Columns are known by their
    heads in Dutch, French, English or German (docs/match-file.md). A row that cannot be used is told by its
    number and the others are taken in; nobody is taken in twice.

    Examples: `mailbot match import lijst.xlsx --dry-run`, then without.
    """
    from mailbot.matching import imported, imported_store, workbook_store

    sheets = workbook_store.read(file)
    now = datetime.now(UTC)
    with where.database(context) as database:
        with database.read() as connection:
            found = imported.read_sheets(sheets, imported_store.known(connection))
        if not dry_run and found.entries:
            box = _mailbox(context, mailbox)
            with database.begin() as connection:
                imported_store.add(connection, found.entries, box, getpass.getuser(), now)
    typer.echo(taken_text(found, dry_run=dry_run))
    if found.problems and not found.entries:
        raise Permanent(f"{file}: no row could be used; see docs/match-file.md for the heads")


def _mailbox(context: typer.Context, asked: str) -> str:
    from mailbot.settings import load_settings

    names = list(load_settings(where.folder(context)).mailboxes)
    if asked and asked not in names:
        raise Permanent(f"there is no mailbox {asked}; mailbot.toml names {', '.join(names) or 'none'}")
    return asked or next((name for name in names if "help" in name), names[0] if names else "")


def taken_text(found: Reading, *, dry_run: bool) -> str:
    """What was, or would be, taken in; each row that was not, with its number and why."""
    counted = Counter(each.intent.value.replace("help_", "") + "s" for each in found.entries)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "nothing"
    head = f"would take in: {told}" if dry_run else f"taken in: {told}"
    lines = [head, f"not usable: {len(found.problems)}", *(f"  {each}" for each in found.problems)]
    lines += [f"there already: {len(found.doubles)}", *(f"  {each}" for each in found.doubles)]
    lines += [f"columns left out: {', '.join(found.unknown)}"] if found.unknown else []
    return safe("\n".join(lines), lines=True)
