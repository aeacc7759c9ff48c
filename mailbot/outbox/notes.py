"""The mails of matching, from the town's templates: digests, contact sheets, questions, introductions. Pure.

A note is one template, subject line first; its text and its HTML come from one source. `[JA](mailto:…)` in a note
is a one-tap answer: a link in the HTML, left out of the text. The digest has a layout of its own in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.model import ConfigurationError
from mailbot.outbox.render import Rendered, spoken, to_html, worded

NOTES = (
    *("contact_sheet", "confirmation", "consent_volunteer", "consent_requester", "introduction_volunteer"),
    *("introduction_requester", "follow_up", "reconfirm", "thanks", "not_needed", "call_for_volunteers"),
    *("near_miss", "mailing"),
)
LAYOUTS = ("digest.txt.j2", "digest.html.j2")
_TAP = re.compile(r"\[([^\]\n]+)\]\((mailto:[^)\s]+)\)")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_MARKUP = re.compile(r"[\[\]*<>]+")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Notes:
    """Every note of a town, compiled, with the words of each language: the digest's, of kinds, of safety."""

    compiled: Mapping[tuple[str, str], jinja2.Template] = field(default_factory=dict)
    layouts: Mapping[str, jinja2.Template] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    safety: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    first_language: str = "nl"

    def language(self, *wished: str) -> str:
        """The first of these languages in which notes are written, else the town's own."""
        return next((each for each in wished if each in self.labels), self.first_language)


def load_notes(
    folders: Sequence[Path], languages: Sequence[str], read_words: Callable[[Path], Mapping[str, str]]
) -> Notes:
    """Compile the notes that lie under `folders`, the first of which wins.

    Raises ConfigurationError naming every note of the town's first language that is missing or broken.
    """
    problems: list[str] = []
    compiled = {
        (language, name): template
        for language in languages
        for name in NOTES
        if (template := _compile(folders, f"{language}/{name}.txt.j2", problems))
    }
    layouts = {
        name: template
        for name in LAYOUTS
        if (template := _compile(folders, name, problems))
    }
    if any((languages[0], name) not in compiled for name in NOTES) or len(layouts) < len(LAYOUTS):
        raise ConfigurationError("\n".join(problems) + "\nmend it and run `mailbot check`")
    said = {name: worded(folders, languages, f"{name}.yaml", read_words) for name in ("digest", "words", "safety")}
    return Notes(compiled, layouts, said["digest"], said["words"], said["safety"], languages[0])


@lru_cache(maxsize=512)
def _template(source: str, *, escaped: bool) -> jinja2.Template:
    """A template compiled once in a process, for compiling costs more than all that is done with it."""
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=escaped)
    environment.filters["spoken"] = spoken
    return environment.from_string(source)


def _compile(folders: Sequence[Path], name: str, problems: list[str]) -> jinja2.Template | None:
    path = next((each for folder in folders if (each := folder / name).is_file()), None)
    try:
        return _template(path.read_text(encoding="utf-8"), escaped="html" in name) if path else None
    except jinja2.TemplateSyntaxError as error:
        problems.append(f"{path}:{error.lineno}: {error.message}")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read ({error})")
    return None


def render_note(notes: Notes, name: str, language: str, values: Mapping[str, Any]) -> Rendered:
    """Write one note, in the town's first language where it does not exist in the wanted one."""
    spoken_in = language if (language, name) in notes.compiled else notes.first_language
    written = notes.compiled[spoken_in, name].render({**values, "labels": notes.labels.get(spoken_in, {})})
    first, _, rest = written.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", rest.strip())
    text = "\n".join(line for line in body.split("\n") if not _TAP.search(line))
    text = re.sub(r"\n{3,}", "\n\n", _BOLD.sub(r"\1", text))
    page = _TAP.sub(_link, to_html([body], spoken_in))
    return Rendered(first.removeprefix("Subject:").strip(), text + "\n", page, spoken_in)


def _link(found: re.Match[str]) -> str:
    style = "display:inline-block;padding:10px 18px;margin:4px 6px 4px 0;border:1px solid;border-radius:8px"
    return f'<a style="{style}" href="{found.group(2)}">{found.group(1)}</a>'


def render_digest(notes: Notes, language: str, subject: str, values: Mapping[str, Any]) -> Rendered:
    """Write a digest: plain text to be answered line by line, and HTML with one-tap answers."""
    given = {**values, "language": language}
    text = notes.layouts["digest.txt.j2"].render(given)
    lines = (line.rstrip() for line in text.strip().split("\n"))
    squeezed = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return Rendered(subject, squeezed + "\n", notes.layouts["digest.html.j2"].render(given), language)


def harmless(text: str, most: int = 200) -> str:
    """Somebody's words as one line that is no markup of ours: for a contact sheet or a confirmation."""
    return _MARKUP.sub("", _BREAKS.sub(" ", text)).strip()[:most]
