"""The operators' guide says what the program does: its keys, its commands, and pictures drawn by the program itself."""

import re
from pathlib import Path

import pytest

from bench.screens import LETTERS, PICTURES, make_desk, picture
from mailbot.screen.words import CATALOGUE, KEYS

DOCS = Path(__file__).parent.parent.parent / "docs"
SIGNS = {"exclamation_mark": "!", "slash": "/"}


def words_in(svg: str) -> set[str]:
    """Every word of a picture."""
    text = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    return set(re.findall(r"\w+", re.sub(r"<[^>]+>|&#160;", " ", text)))


def stable_words(language: str, name: str) -> set[str]:
    """What a picture shows whatever triage learns: the title, the keys, and who wrote."""
    words = CATALOGUE[language]
    keys = " ".join(words[name] for _, name in KEYS)
    people = "" if name in {"correct", "answers", "library"} else LETTERS[3][1]
    return set(re.findall(r"\w+", f"{words['title']} {keys} {people}"))


def test_every_key_is_in_the_guide_with_its_word():
    """A key that nobody is told of does not exist."""
    guide = (DOCS / "operators.md").read_text(encoding="utf-8")

    for key, name in KEYS:
        assert f"| `{SIGNS.get(key, key)}` {CATALOGUE['en'][name]} |" in guide


def test_every_command_of_the_guide_exists():
    """With its options."""
    import typer.main

    from mailbot.cli.app import app

    commands = typer.main.get_command(app).commands
    for line in re.findall(
        r"mailbot ([a-z]+(?: [a-z]+)?)(.*?)[`\n]", (DOCS / "operators.md").read_text(encoding="utf-8")
    ):
        first, _, second = line[0].partition(" ")
        command = commands.get(first)
        if command is None:
            assert first in {"proposes", "took", "only", "misread", "triage"}, first
            continue
        command = getattr(command, "commands", {}).get(second, command)
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(re.findall(r"(?<= )--?[a-z][a-z-]*", line[1])) <= known | {"--help"}, line


def test_the_pictures_are_of_this_program(tmp_path):
    """Drawn again, they show the same keys and the same people; `python -m bench.screens` draws them anew."""
    make_desk(tmp_path / "desk")
    name, language, keys = PICTURES[0]
    drawn = words_in(picture(tmp_path / "desk", language, keys))

    assert stable_words(language, name) <= drawn
    for name, language, _ in PICTURES:
        kept = words_in((DOCS / "screens" / f"{name}.svg").read_text(encoding="utf-8"))
        assert stable_words(language, name) <= kept, f"{name}.svg is stale"


@pytest.mark.parametrize("name", [name for name, _, _ in PICTURES if name != "queue-nl"])
def test_every_picture_stands_in_the_guide(name):
    """None is drawn for nobody."""
    assert f"screens/{name}.svg" in (DOCS / "operators.md").read_text(encoding="utf-8")
