"""From the town's templates to the words of one mail: subject, plain text and HTML from one source. Pure.

A letter is a frame (greeting, closing) around one part per purpose. Templates are Jinja2, sandboxed, and an
unknown name is an error; a citizen's words are only ever values in them, never templates.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.model import ConfigurationError
from mailbot.outbox.retry import ALERT

PURPOSES = ("question", "answer", "rest", "request", "offer", "urgent", "unclear", "outside_hours")
FRAME = "letter"
SPARE = "en"  # the language of what a town's own does not say
WHOLE = ("informed", "correction")  # letters of their own, without the frame of an acknowledgement
SEPARATOR = "* * *"
NAMED = ("categories", "topics")  # said in the reader's language; what has no word is left unsaid


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one automatic mail is about. `values` are the variables of its templates.

    `spoken` holds those that are said in another way in each language, such as moments.
    """

    purposes: tuple[str, ...]
    languages: tuple[str, ...]
    values: Mapping[str, Any]
    spoken: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one mail. `text` and `html` say the same."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template of a town, compiled. `words` gives category and topic names per language.

    `own` is what the desk's own people read, by key, in the town's first language.
    """

    compiled: Mapping[tuple[str, str], jinja2.Template]
    words: Mapping[str, Mapping[str, str]]
    first_language: str = "nl"
    problems: tuple[str, ...] = field(default=())
    own: Mapping[str, str] = field(default_factory=dict)


def load_templates(
    folders: Sequence[Path], languages: Sequence[str], read_words: Callable[[Path], Mapping[str, str]]
) -> Templates:
    """Compile what lies under `folders`, the first of which wins; what is missing or broken is in `problems`.

    Raises ConfigurationError where the town's first language lacks a template, for then nothing can be written.
    """
    compiled: dict[tuple[str, str], jinja2.Template] = {}
    problems: list[str] = []
    for language in languages:
        for name in (FRAME, ALERT, *WHOLE, *PURPOSES):
            found = _find(folders, language, f"{name}.txt.j2")
            template = _compile(found, problems) if found else None
            if template:
                compiled[language, name] = template
            elif not found:
                problems.append(f"templates/{language}/{name}.txt.j2: missing; letters go out in {languages[0]}")
    words = {each: read_words(path) for each in languages if (path := _find(folders, each, "words.yaml"))}
    _require_first(compiled, languages[0], problems)
    own = _own_words(folders, languages[0], read_words, problems)
    return Templates(compiled, words, languages[0], tuple(problems), own)


def _require_first(compiled: Mapping[tuple[str, str], object], language: str, problems: Sequence[str]) -> None:
    if any((language, name) not in compiled for name in (FRAME, ALERT, *WHOLE, *PURPOSES)):
        raise ConfigurationError("\n".join(problems) + "\nmend it and run `mailbot check`")


def _own_words(
    folders: Sequence[Path], language: str, read_words: Callable[[Path], Mapping[str, str]], problems: list[str]
) -> dict[str, str]:
    """What the desk's own people read, in English where it is not said in their language or is said with a slip."""
    found = worded(folders, (SPARE, language), "desk.yaml", read_words)
    spare, said = found.get(SPARE, {}), found.get(language, {})
    broken = [key for key, text in said.items() if not _blanks(text) <= _blanks(spare.get(key, ""))]
    problems += [f"templates/{language}/desk.yaml: {key}: {{names}} other than in {SPARE}" for key in broken]
    return {**spare, **{key: text for key, text in said.items() if key not in broken}}


def _blanks(text: str) -> set[str]:
    """The {names} in a text; of a text that is no such template one that no other has."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return {text}
    return {name + (how or "") + (turned or "") for _, name, how, turned in parts if name is not None}


def worded(
    folders: Sequence[Path], languages: Sequence[str], name: str, read_words: Callable[[Path], Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    """The words of each language; a town's own file over the shipped one, word by word."""
    found: dict[str, Mapping[str, str]] = {}
    for language in languages:
        for folder in reversed(folders):
            if (path := folder / language / name).is_file():
                found[language] = {**found.get(language, {}), **read_words(path)}
    return found


def _find(folders: Sequence[Path], language: str, name: str) -> Path | None:
    return next((path for folder in folders if (path := folder / language / name).is_file()), None)


@lru_cache(maxsize=512)
def _template(source: str) -> jinja2.Template:
    """A template compiled once in a process, for compiling costs more than all that is done with it."""
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, keep_trailing_newline=False)
    environment.filters["spoken"] = spoken
    return environment.from_string(source)


def _compile(path: Path, problems: list[str]) -> jinja2.Template | None:
    try:
        return _template(path.read_text(encoding="utf-8"))
    except jinja2.TemplateSyntaxError as error:
        problems.append(f"{path}:{error.lineno}: {error.message}")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read ({error})")
    return None


def check_templates(templates: Templates, languages: Sequence[str], sample: Mapping[str, Any]) -> list[str]:
    """Everything wrong with the templates: each is rendered for each language with sample values."""
    problems = list(templates.problems)
    for language in languages:
        for purpose in PURPOSES:
            try:
                render(templates, Occasion((purpose,), (language,), sample))
            except jinja2.TemplateError as error:
                problems.append(f"templates/{language}/{purpose}.txt.j2: {error}")
        for name in WHOLE:
            try:
                render_whole(templates, name, language, sample)
            except jinja2.TemplateError as error:
                problems.append(f"templates/{language}/{name}.txt.j2: {error}")
    return problems


def render(templates: Templates, occasion: Occasion) -> Rendered:
    """Write one mail; in several languages, one below the other, where the writer's is not sure."""
    written = [_in_language(templates, occasion, language) for language in _known(templates, occasion.languages)]
    bodies = [body for _, body in written]
    text = _BOLD.sub(r"\1", f"\n\n{SEPARATOR}\n\n".join(bodies))
    language = _known(templates, occasion.languages)[0]
    return Rendered(written[0][0], text + "\n", to_html(bodies, language), language)


def render_whole(templates: Templates, name: str, language: str, values: Mapping[str, Any]) -> Rendered:
    """Write a letter that is one template, in the reader's language or else in the town's first."""
    chosen = language if (language, name) in templates.compiled else templates.first_language
    town = values["town_in"].get(chosen, values["town"])
    subject, body = _split(templates.compiled[chosen, name].render({**values, "town": town}))
    return Rendered(subject, _BOLD.sub(r"\1", body) + "\n", to_html([body], chosen), chosen)


def render_alert(templates: Templates, values: Mapping[str, Any]) -> Rendered:
    """Write a mail to the town's own people, in the town's first language."""
    subject, body = _split(templates.compiled[templates.first_language, ALERT].render(values))
    return Rendered(subject, body + "\n", to_html([body], templates.first_language), templates.first_language)


def _known(templates: Templates, languages: Sequence[str]) -> list[str]:
    return [each for each in languages if (each, FRAME) in templates.compiled] or [templates.first_language]


def _in_language(templates: Templates, occasion: Occasion, language: str) -> tuple[str, str]:
    said = templates.words.get(language, {})
    named = {name: [said[each] for each in occasion.values.get(name, ()) if each in said] for name in NAMED}
    town = occasion.values["town_in"].get(language, occasion.values["town"])
    values = {**occasion.values, **occasion.spoken.get(language, {}), **named, "town": town}
    parts = [_part(templates, language, purpose).render(values) for purpose in occasion.purposes]
    return _split(templates.compiled[language, FRAME].render({**values, "parts": [part.strip() for part in parts]}))


def _part(templates: Templates, language: str, purpose: str) -> jinja2.Template:
    first = templates.compiled[templates.first_language, purpose]
    return templates.compiled.get((language, purpose), first)


def _split(written: str) -> tuple[str, str]:
    first, _, body = written.strip().partition("\n")
    return first.removeprefix("Subject:").strip(), re.sub(r"\n{3,}", "\n\n", body.strip())


def spoken(words: Sequence[str], joint: str) -> str:
    """Words as one says them in a row: `a, b en c`."""
    return ", ".join(words[:-1]) + f" {joint} {words[-1]}" if len(words) > 1 else "".join(words)


_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:!?)]")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_STYLE = (
    "<style>:root{color-scheme:light dark}body{margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif}"
    "main{max-width:36em;margin:auto}</style>"
)


def to_html(bodies: Sequence[str], language: str) -> str:
    """Plain text in light markup as a page that reads well on a telephone, by day and by night."""
    blocks = "\n<hr>\n".join("\n".join(_blocks(body)) for body in bodies)
    head = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    return f"{head}{view}{_STYLE}</head><body><main>\n{blocks}\n</main></body></html>\n"


def _blocks(body: str) -> Iterator[str]:
    for block in body.split("\n\n"):
        lines = block.strip().split("\n")
        if all(line.startswith("- ") for line in lines):
            yield "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
        else:
            yield "<p>" + "<br>".join(_inline(line) for line in lines) + "</p>"


def _inline(line: str) -> str:
    escaped = html.escape(line, quote=False)
    linked = escaped if line.startswith("> ") else _LINK.sub(_link, escaped)  # nobody else's link becomes ours
    return _BOLD.sub(r"<strong>\1</strong>", linked)


def _link(found: re.Match[str]) -> str:
    target = found.group() if found.group().startswith("http") else f"https://{found.group()}"
    return f'<a href="{html.escape(target)}">{found.group()}</a>'
