"""Nothing is undocumented: every setting, rule key and command has its line in the docs."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from mailbot.policy import Policy
from mailbot.settings import MailboxSettings, Oauth, Settings, SmtpSettings, Watch

DOCS = Path(__file__).parent.parent / "docs"


def said_in(name: str) -> set[str]:
    """Every word that stands in code quotes in a page."""
    return set(re.findall(r"`([^`\n]+)`", (DOCS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("section", [Settings, MailboxSettings, SmtpSettings, Watch, Oauth])
def test_every_setting_has_its_line(section):
    """A setting that nobody can read about does not exist."""
    assert not set(section.model_fields) - said_in("settings.md")


def keys_of(section: type) -> set[str]:
    return set(section.model_fields) if issubclass(section, BaseModel) else {field.name for field in fields(section)}


def test_every_section_of_the_rules_has_its_line():
    """So does a key of the town's policy."""
    sections = {
        name: field.annotation
        for name, field in Policy.model_fields.items()
        if is_dataclass(field.annotation) or (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel))
    }
    keys = set(Policy.model_fields) | {key for section in sections.values() for key in keys_of(section)}

    assert not keys - said_in("rules.md")


def test_every_command_has_its_line():
    """And every command, with its sub-commands."""
    import typer.main

    from mailbot.cli.app import app

    group = typer.main.get_command(app)
    commands = set(group.commands)
    for name, command in group.commands.items():
        commands |= {f"{name} {sub}" for sub in getattr(command, "commands", {})}

    assert not commands - said_in("commands.md")
