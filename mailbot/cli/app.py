"""The commands put together, each loaded when it is named. What each does is in the file of its noun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from mailbot import __version__
from mailbot.cli.contents import FILES, LINES
from mailbot.cli.values import convert_when_needed


class Commands(Mapping[str, Any]):
    """Every command by its name; its file is loaded when it is asked for, and not before."""

    def __getitem__(self, name: str) -> Any:
        return commands_in(FILES[name])[name]

    def __iter__(self) -> Iterator[str]:
        return iter(LINES)

    def __len__(self) -> int:
        return len(LINES)


class Whole(TyperGroup):
    """All of mailbot: what only lists the commands, for help or completion, reads their lines and loads none."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        return list(LINES)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        _listed(self).format_commands(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        listed = _listed(self)
        return listed.shell_complete(typer.Context(listed, info_name=ctx.info_name, resilient_parsing=True), incomplete)


def _listed(whole: TyperGroup) -> TyperGroup:
    """The same group, of commands that have a name and a line, and do nothing."""
    lines = [TyperCommand(name, help=line) for name, line in LINES.items()]
    return TyperGroup(name=whole.name, commands=lines, params=whole.params)


@cache
def commands_in(file: str) -> Mapping[str, Any]:
    """The commands that one file of `cli` registers."""
    part = typer.Typer(rich_markup_mode=None)
    import_module(f"mailbot.cli.{file}").register(part)
    return typer.main.get_group(part).commands


convert_when_needed()
app = typer.Typer(
    cls=Whole,
    help="mailbot: a crisis desk's letters, from the mailbox to the answer.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailbot {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    folder: Annotated[
        str | None,
        typer.Option(
            "--folder", "-C", metavar="<path>", help="The desk's folder. [env MAILBOT_FOLDER; default: here]"
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    context.obj = Path(folder) if folder is not None else None


@cache
def command() -> Any:
    """All commands as one, put together once in a process."""
    return typer.main.get_command(app)
