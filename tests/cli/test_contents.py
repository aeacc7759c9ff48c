"""Commands are loaded when they are named; the list that help and completion read is true, and loads nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from mailbot.cli.app import command
from mailbot.cli.contents import FILES, LINES

ROOT = Path(__file__).parent.parent.parent
CLI = ROOT / "mailbot" / "cli"
PRINT_LOADED = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
HEAVY = {
    "alembic", "aiosmtplib", "apscheduler", "imapclient", "jinja2", "mailbot.model", "numpy", "pydantic",
    "pydantic_settings", "re2", "sqlalchemy", "sqlmodel", "textual", "yaml",
}  # fmt: skip


def ran(program: str, *words: str, **environment: str) -> tuple[str, set[str]]:
    """What mailbot prints in a process of its own, and every module that it loaded."""
    line = [sys.executable, "-c", f"{PRINT_LOADED}{program}", *words]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    return done.stdout, set(done.stderr.split())


def loaded_commands(modules: set[str]) -> set[str]:
    return {f"mailbot.cli.{file}" for file in FILES.values()} & modules


def test_each_line_is_the_first_sentence_of_the_commands_own_help():
    """So the list cannot go stale."""
    own = {name: " ".join(found.help.split("\n\n")[0].split()) for name, found in command().commands.items()}

    first = {name: re.match(r"(.*?\.)(?: |$)|.*", text)[0].strip() for name, text in own.items()}

    assert first == LINES


def test_every_command_of_every_file_is_listed():
    """A command that is not in the list could not be typed."""
    from mailbot.cli.app import commands_in

    files = {path.stem for path in CLI.glob("*.py") if "\ndef register(app: " in path.read_text(encoding="utf-8")}
    registered = {(name, file) for file in files for name in commands_in(file)}

    assert registered == set(FILES.items())


def test_help_loads_no_command_and_nothing_heavy():
    """`mailbot --help` starts in a blink: no database, no templates, no model, no screen, not even the glossary."""
    said, modules = ran("from mailbot.cli import main; sys.argv[1:] = ['--help']; main()")

    assert "quarantine" in said
    assert not HEAVY & modules
    assert not loaded_commands(modules)


def test_a_command_loads_its_own_file_and_no_other():
    """What another command needs costs it nothing."""
    _, modules = ran("from mailbot.cli import main; sys.argv[1:] = ['outbox', '--help']; main()")

    assert "mailbot.cli.outbox" in modules
    assert not {"mailbot.cli.match", "mailbot.cli.answers", "mailbot.cli.setup"} & modules


def test_completion_knows_commands_options_and_values():
    """Names come from the list; what stands behind a name from the command itself."""
    program = "sys.argv = ['mailbot']\nfrom mailbot.cli import main; main()"

    def completed(typed: str) -> tuple[set[str], set[str]]:
        words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
        said, modules = ran(program, _MAILBOT_COMPLETE="complete_bash", **words)
        return set(said.split()), loaded_commands(modules)

    assert completed("mailbot s") == ({"show", "snooze", "set", "split", "search", "status"}, set())
    assert completed("mailbot --fo") == ({"--folder"}, set())
    assert completed("mailbot outbox ")[0] == {"list", "retry", "cancel"}
    assert completed("mailbot list --status p") == ({"pending"}, {"mailbot.cli.queue"})
    assert {"--status", "--urgent"} <= completed("mailbot list --")[0]
