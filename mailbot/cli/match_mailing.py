"""`match mailing`: one reviewed letter to the care actors of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.match_ask import scene
from mailbot.cli.terminal import bold, loud, quiet, safe
from mailbot.model import ConfigurationError


def register(nouns: typer.Typer) -> None:
    nouns.command("mailing")(mailing)


def mailing(
    context: typer.Context,
    letter: Annotated[Path, typer.Argument(metavar="LETTER.md", help="By language: `## nl`, `Subject: …`, text.")],
    to: Annotated[Path, typer.Option("--to", help="CSV with the columns email, name, language.")],
    name: Annotated[str, typer.Option("--name", help="Which mailing it is; default: the letter's file name.")] = "",
    send: Annotated[bool, typer.Option("--send", help="Really send; without this it is only shown.")] = False,
) -> None:
    """Write to care actors: each address once, in its language, in the bulk lane, with a way to say STOP.

    Shows the letter in each language and how many get it; a second run reaches only who is new on the list.
    Examples: `mailbot match mailing zorg.md --to zorg.csv`, `mailbot match mailing zorg.md --to zorg.csv --send`.
    """
    from mailbot.cli.roster import read_csv
    from mailbot.letters_of import text_of
    from mailbot.mailing import prepare, read_actors, read_letter

    try:
        words = read_letter(str(letter), letter.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{letter}: cannot be read ({error}); save it as UTF-8 text") from error
    actors, problems = read_actors(read_csv(to))
    with scene(context, keep=send) as (made, drafts):
        owed, left = prepare(made, name or letter.stem.lower(), words, actors)
        drafts.extend(owed)
    for language in dict.fromkeys(each.language for each in owed):
        first = next(each for each in owed if each.language == language)
        count = sum(each.language == language for each in owed)
        typer.echo(bold(f"{count} in {language}, such as to {safe(first.recipient)}:"))
        typer.echo("\n".join(f"    {line}" for line in safe(text_of(first.octets), lines=True).splitlines()) + "\n")
    for problem in problems:
        typer.echo(loud(safe(problem)), err=True)
    typer.echo(_told(len(owed), left, sent=send))
    if problems:
        raise typer.Exit(1)


def _told(owed: int, left: int, *, sent: bool) -> str:
    had = f"; {left} had it before, cannot be reached or said STOP" if left else ""
    return quiet(f"{owed} mails {'are on their way' if sent else 'would leave; --send sends them'}{had}")
