"""What is typed becomes what typer would make of it, whether or not typer is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
import typer
import typer.main
from typer._coercion import build_runtime_param
from typer.testing import CliRunner

from mailbot.cli import values
from mailbot.cli.app import app as _whole  # noqa: F401 - with it every parameter of the process is spared
from mailbot.model import Status

taken: list[object] = []
app = typer.Typer()


@app.command()
def take(
    words: Annotated[list[str] | None, typer.Argument()] = None,
    number: Annotated[int, typer.Option(min=1, max=50)] = 7,
    share: Annotated[float, typer.Option()] = 0.5,
    status: Annotated[list[Status] | None, typer.Option()] = None,
    one: Annotated[Status | None, typer.Option()] = None,
    place: Annotated[Path, typer.Option()] = Path("here"),
    text: Annotated[str, typer.Option()] = "",
    loud: Annotated[bool, typer.Option("--loud/--soft")] = False,
) -> None:
    taken[:] = [words, number, share, status, one, place, text, loud]


CALLS = (
    "", "a b", "--number 5", "--number 007", "--number 51", "--number 0", "--number -3", "--number 1.0", "--number ٣", "--share 1",
    "--share x", "--status open --status new", "--status OPEN", "--one closed", "--one nothing", "--place /", "--place nowhere",
    "--text 5", "--loud", "--soft", "--number 99999999999999999999", "1 2 --one open --number 50",
)  # fmt: skip


@pytest.mark.parametrize("line", CALLS)
def test_a_value_is_what_typer_makes_of_it(line, monkeypatch):
    """The same values, or the same refusal in the same words."""

    def said() -> tuple[int, str, list[object], list[type]]:
        taken.clear()
        done = CliRunner().invoke(app, line.split())
        return done.exit_code, done.output, list(taken), [type(each) for each in taken]

    here = said()
    monkeypatch.setattr(values._Sparing, "coerce", typers_own)

    assert said() == here


def typers_own(self, value, param, ctx):
    return build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)
