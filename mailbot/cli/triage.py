"""`explain`: what a letter means and what the desk would do with it, for files; touches nothing."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mailbot.cli.terminal import bold, quiet, safe
from mailbot.model import ConfigurationError


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Letters as .eml files.")],
    mailbox: Annotated[str, typer.Option(help="The mailbox they came to, such as corona.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """What each letter means, why, and what the desk would do. Touches neither database nor network.

    A file that cannot be read is told of at the end, with exit code 2, when all others have been explained.
    """
    from mailbot.explaining import explain as explained
    from mailbot.explaining import make_reading_desk

    desk = make_reading_desk(context.obj)
    unread: list[str] = []
    for file in files:
        try:
            octets = file.read_bytes()
        except OSError as error:
            unread.append(f"{safe(str(file))}: {error.strerror}")
            continue
        found = explained(octets, _name(file), mailbox, desk, datetime.now(UTC))
        typer.echo(json.dumps(found, ensure_ascii=False).encode() if as_json else _text(found))
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        raise ConfigurationError(f"{unread[0]}{more}; name letters saved as .eml")


def _name(file: Path) -> str:
    """A file's name as UTF-8; octets of a name that are none become `�`."""
    return os.fsencode(file).decode("utf-8", "replace")


def _text(found: dict[str, Any]) -> str:
    skipped = {"file", "text", "new_text", "reasons", "actions", "subject"}
    facts = {name: value for name, value in found.items() if name not in skipped and value not in (None, [], "", {})}
    lines = [bold(f"{safe(found['file'])}: {safe(found['subject'])}")]
    lines += [f"{name:>12}  {safe(str(value))}" for name, value in facts.items()]
    lines += [quiet(f"     because  {_reason(reason)}") for reason in found["reasons"]]
    lines += [f"      action  {safe(str(action))}" for action in found["actions"]]
    return "\n".join(lines) + "\n"


def _reason(reason: dict[str, Any]) -> str:
    sentence = f': "{safe(reason["sentence"])[:90]}"' if reason.get("sentence") else ""
    return f"{reason['about']} = {reason['value']}, {safe(reason['because'])}{sentence}"
