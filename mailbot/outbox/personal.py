"""A letter that a person of the desk writes: greeting, words, closing, in the reader's language. Opens nothing.

Ready-made answers are templates too; an operator's own words are only ever a value in the frame.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.model import Permanent
from mailbot.outbox.render import Rendered, to_html

FRAME = "person.txt.j2"
FORWARD = "forward.txt.j2"
LIBRARY = "library.txt.j2"
QUOTED = "quoted.txt.j2"
MOST_QUOTED = 3_000
MOST_LINES = 60
WIDTH = 74
FOLDER = "reply"
SUFFIX = ".txt.j2"
_PREFIXES = re.compile(r"^\s*(?:(?:re|fw|fwd|tr|aw|antw|betr?)\s*:\s*|\[[A-Z]{1,8}#\d+\]\s*)+", re.IGNORECASE)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_BLANKS = re.compile(r"\{%.*%\}|\{\{.*?\}\}")
_TURNS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # what turns the direction of all that follows
_NAME = re.compile(r"[a-z0-9_]{1,40}")


def ready_made(folders: Sequence[Path], language: str) -> dict[str, str]:
    """Every ready-made answer in a language, by name, with its first line; the town's own win over the shipped."""
    found: dict[str, str] = {}
    for folder in reversed(folders):
        for path in sorted((folder / language / FOLDER).glob(f"*{SUFFIX}")):
            begins = path.read_text(encoding="utf-8").strip().partition("\n")[0]
            found[path.name.removesuffix(SUFFIX)] = _BLANKS.sub("…", begins)
    return dict(sorted(found.items()))


def fill(folders: Sequence[Path], language: str, name: str, values: Mapping[str, Any], fallback: str) -> str:
    """A ready-made answer with its values. Raises Permanent, naming those there are, where there is none so called."""
    path = _find(folders, (language, fallback), f"{FOLDER}/{name}{SUFFIX}") if _NAME.fullmatch(name) else None
    if path is None:
        known = ", ".join(ready_made(folders, language) or ready_made(folders, fallback)) or "none yet"
        raise Permanent(f"there is no ready-made answer {name!r}; there are: {known}")
    return _render(path, values)


def frame(folders: Sequence[Path], language: str, text: str, values: Mapping[str, Any], fallback: str) -> str:
    """Words between a greeting and a closing. Raises Permanent where the town's template is broken."""
    path = _find(folders, (language, fallback), FRAME)
    if path is None:
        raise Permanent(f"templates/{fallback}/{FRAME} is missing; run `mailbot check`")
    return _render(path, {**values, "text": text.strip()})


def passages(folders: Sequence[Path], language: str, values: Mapping[str, Any], fallback: str) -> str:
    """Answers of the library as they stand in an operator's letter. Raises Permanent for a broken template."""
    path = _find(folders, (language, fallback), LIBRARY)
    if path is None:
        raise Permanent(f"templates/{fallback}/{LIBRARY} is missing; run `mailbot check`")
    return _render(path, values)


def passed_on(folders: Sequence[Path], language: str, values: Mapping[str, Any]) -> str:
    """The letter of a citizen as it is passed on to a SPOC, in the town's first language."""
    path = _find(folders, (language,), FORWARD)
    if path is None:
        raise Permanent(f"templates/{language}/{FORWARD} is missing; run `mailbot check`")
    return _render(path, values)


def write_letter(text: str, subject: str, tag: str, language: str, beneath: str = "") -> Rendered:
    """The letter as it leaves, over what it answers; its subject keeps the citizen's own, without piled-up prefixes."""
    bare = " ".join(_PREFIXES.sub("", subject).split())[:150]
    plain = _BOLD.sub(r"\1", text.strip())
    whole = f"{plain}\n\n{beneath}" if beneath else plain
    parts = [text.strip(), beneath] if beneath else [text.strip()]
    return Rendered(f"{tag} Re: {bare}".strip(), whole + "\n", to_html(parts, language), language)


def beneath(folders: Sequence[Path], language: str, words: str, day: str, fallback: str) -> str:
    """A letter as it is quoted below its answer: when it came, then its lines behind `> ` (RFC 3676, 4.5), bounded.

    Empty where it has no words, or the town took the template away.
    """
    path = _find(folders, (language, fallback), QUOTED)
    shown = _TURNS.sub("", words.strip()[:MOST_QUOTED])
    lines = [line for row in shown.splitlines() for line in textwrap.wrap(row, WIDTH) or [""]]
    if path is None or not lines:
        return ""
    cut = len(words.strip()) > MOST_QUOTED or len(lines) > MOST_LINES
    quote = [f"> {line}".rstrip() for line in [*lines[:MOST_LINES], *(["[…]"] if cut else [])]]
    return "\n".join([_render(path, {"date": day}), *quote])


def without_quote(text: str) -> str:
    """A letter of ours without what is quoted at its end, as its writer wrote it."""
    lines = text.rstrip().split("\n")
    end = len(lines)
    while end and lines[end - 1].startswith(">"):
        end -= 1
    return "\n".join(lines[: max(0, end - 1)] if end < len(lines) else lines).strip()


def _find(folders: Sequence[Path], languages: Sequence[str], name: str) -> Path | None:
    paths = (folder / language / name for language in languages for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def _render(path: Path, values: Mapping[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    try:
        written = environment.from_string(path.read_text(encoding="utf-8")).render(values)
    except (jinja2.TemplateError, OSError, UnicodeDecodeError) as error:
        raise Permanent(f"{path}: {error}; mend it and run `mailbot check`") from error
    return re.sub(r"\n{3,}", "\n\n", written).strip()
