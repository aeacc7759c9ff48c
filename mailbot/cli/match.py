"""`match`: what a matchmaker's reply would do. Other verbs of matching join here; nothing here decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli import match_ask, match_complete, match_desk, match_file, match_mailing, match_views
from mailbot.cli.terminal import safe
from mailbot.model import Letter, Permanent, Screening

if TYPE_CHECKING:
    from mailbot.matching.replies import Reading
    from mailbot.matching.reply_auth import Digest

nouns = typer.Typer(help="Bring requests and offers together.", rich_markup_mode=None, no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for verbs in (match_desk, match_complete, match_ask, match_mailing, match_views, match_file):
        verbs.register(nouns)
    app.add_typer(nouns, name="match")


@nouns.callback()
def common() -> None:
    """Bring requests and offers together."""


@nouns.command("read")
def read_replies(
    files: Annotated[list[Path], typer.Argument(help="Replies as .eml files.")],
    digest: Annotated[
        Path | None, typer.Option("--digest", help="A digest as JSON; it stands in for the database.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what replies to a digest would do; do nothing."""
    from mailbot.matching.replies import read

    answered = _digest(digest)
    letters = [(file, *_letter(file)) for file in files]
    for file, letter, screening in letters:
        reading = read(letter, screening, answered)
        typer.echo(json.dumps(as_object(file, reading), ensure_ascii=False) if as_json else as_text(file, reading))


def as_object(file: Path, reading: Reading) -> dict[str, Any]:
    """One reply as the JSON object of one line."""
    return {
        "file": str(file),
        "acts": reading.acts,
        "commands": [
            {"row": each.row, "command": each.command, "reason": each.reason or None, "to": each.to}
            for each in reading.commands
        ],
        "unclear": list(reading.unclear),
        "asks": list(reading.asks),
        "refused": reading.refused,
        "digest": reading.digest,
    }


def as_text(file: Path, reading: Reading) -> str:
    """One reply for a person at a terminal."""
    head = f"{safe(str(file))}: " + (f"refused: {reading.refused}" if reading.refused else f"digest {reading.digest}")
    done = [
        f"  row {each.row}: {each.command}"
        + (f" -> {each.to}" if each.to else "")
        + (f" ({each.reason})" if each.reason else "")
        for each in reading.commands
    ]
    done += [f"  H-{request}: ask who nearly fits" for request in reading.asks]
    shown = [f"  for a person: {line}" for line in reading.unclear]
    nothing = [] if done or shown else ["  nothing to do"]
    return safe("\n".join([head, *done, *shown, *nothing]), lines=True)


def _digest(path: Path | None) -> Digest:
    from mailbot.matching.reply_digest import digest_of

    if path is None:
        raise Permanent("no digest to read the replies against; give one with --digest DIGEST.json")
    try:
        document = json.loads(_octets(path))
    except (ValueError, RecursionError):
        raise Permanent(f"{path} is not JSON; give a digest with id, token, matchmaker and rows") from None
    return digest_of(document)


def _letter(path: Path) -> tuple[Letter, Screening]:
    from mailbot.intake.parse import parse
    from mailbot.intake.screen import Own, screen

    letter = parse(_octets(path), "")
    return letter, screen(letter, Own(frozenset(), "mailbot.invalid"))


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Permanent(f"{path} cannot be read ({error.strerror}); give an existing file") from None
