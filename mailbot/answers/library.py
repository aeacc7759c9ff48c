"""The library of answers as values: one file read into one answer, and a whole library checked. Pure; opens nothing.

A file is YAML front matter between two lines `---`, then one text per language under a line such as `## nl`. How
files are found is in `store`, which answer fits a question in `suggest`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

import jinja2
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mailbot.answers.words import phrase_key
from mailbot.model import ConfigurationError
from mailbot.strict import Document, parse_document

VARIABLES = frozenset({"town", "desk", "phone", "emergency", "website"})
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,80}")
_HEADING = re.compile(r"##\s+(\S+)\s*")
_FENCE = "---"


class AnswersPolicy(BaseModel):
    """The section `answers:` of rules.yaml: when an answer may leave by itself, and in which languages it must stand.

    `automatic` is the least confidence; `objections` are patterns (RE2) of "that was not my question"; `morning` is
    the hour of the report to the roles of `report_to`, keys of `alerts:`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    automatic: float = Field(default=0.74, gt=0, le=1)
    suggest_from: float = Field(default=0.2, gt=0, le=1)
    languages: tuple[str, ...] = ("nl", "fr", "en")
    expiring_days: int = Field(default=3, ge=0, le=60)
    objections: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    report_hour: int = Field(default=7, ge=0, le=23)


class FrontMatter(BaseModel):
    """What stands between the two lines `---`. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: tuple[str, ...] = Field(min_length=1)
    valid_from: date
    valid_until: date | Literal["open"]
    source: str = Field(min_length=1)
    source_date: date
    owner: str = Field(min_length=1)
    automatic: bool
    supersedes: tuple[str, ...] = ()
    questions: dict[str, tuple[str, ...]] = Field(min_length=1)
    keywords: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the town: its texts by language, the questions it answers, from when until when it is true.

    `valid_until` is the last day, None where no end is known; `automatic` says that it may be sent without a person.
    `file` and `lines` say where it stands, for whoever must mend it.
    """

    id: str
    topics: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    source: str
    source_date: date
    owner: str
    automatic: bool
    texts: Mapping[str, str]
    questions: Mapping[str, tuple[str, ...]]
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    supersedes: tuple[str, ...] = ()
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Whether it is true on a day, the last one included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def at(self, part: str) -> str:
        """File and line of one part, such as `valid_until` or `## nl`."""
        return f"{self.file}:{self.lines.get(part, 1)}"


@dataclass(frozen=True, slots=True)
class Library:
    """Every readable answer by id, and in words what is wrong with the others."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def is_name(identifier: str) -> bool:
    """Whether an answer may be called so: small letters, digits and hyphens."""
    return _ID.fullmatch(identifier) is not None


def text_hash(text: str) -> str:
    """Sixteen digits that tell one wording from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_library(files: Iterable[tuple[str, str, str]]) -> Library:
    """Read answers from (id, name of the file, content). A file with a problem is left out, never half read."""
    answers: dict[str, Answer] = {}
    problems: list[str] = []
    for identifier, name, content in files:
        try:
            answers[identifier] = read_answer(identifier, name, content)
        except ConfigurationError as error:
            problems.extend(str(error).splitlines())
    return Library(answers, tuple(problems))


def read_answer(identifier: str, name: str, content: str) -> Answer:
    """Read one file. Raises ConfigurationError with file and line for everything wrong in it, one line each."""
    if not is_name(identifier):
        raise ConfigurationError(f"{name}:1: an answer's name has small letters, digits and hyphens only; rename it")
    lines = content.removeprefix("\ufeff").splitlines()
    end = _end_of_front_matter(name, lines)
    document = parse_document("\n".join(lines[:end]), name)
    front = _front_matter(document)
    texts, places = _texts(name, lines, end + 1)
    last = None if front.valid_until == "open" else front.valid_until
    if last is not None and last < front.valid_from:
        raise ConfigurationError(f"{name}:{document.line(('valid_until',))}: ends before it begins; mend the dates")
    return Answer(
        id=identifier,
        topics=front.topics,
        valid_from=front.valid_from,
        valid_until=last,
        source=front.source,
        source_date=front.source_date,
        owner=front.owner,
        automatic=front.automatic,
        texts=texts,
        questions=front.questions,
        keywords=front.keywords,
        supersedes=front.supersedes,
        file=name,
        lines=_lines(document, places),
    )


def _end_of_front_matter(name: str, lines: Sequence[str]) -> int:
    if not lines or lines[0].rstrip() != _FENCE:
        raise ConfigurationError(f"{name}:1: begins with a line `---` and the front matter; see docs/answers.md")
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return number
    raise ConfigurationError(f"{name}:{len(lines)}: the front matter has no end; close it with a line `---`")


def _front_matter(document: Document) -> FrontMatter:
    try:
        return FrontMatter.model_validate(document.value)
    except ValidationError as error:
        found = [_problem(document, dict(each)) for each in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(dict.fromkeys(found))) from error


def _problem(document: Document, error: Mapping[str, Any]) -> str:
    path = tuple(step for step in error["loc"] if not str(step).startswith(("literal[", "date")))
    where = ".".join(str(step) for step in path)
    said = {"extra_forbidden": "unknown key", "missing": "is missing"}.get(error["type"], str(error["msg"]))
    if path[:1] == ("valid_until",) and error["type"] != "missing":
        said = "a date such as 2020-04-05, or `open`"
    return f"{document.name}:{document.line(path)}: {where}: {said}"


def _texts(name: str, lines: Sequence[str], start: int) -> tuple[dict[str, str], dict[str, int]]:
    """The texts by language, and the line on which each begins."""
    held: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    language = ""
    for number, line in enumerate(lines[start:], start + 1):
        heading = _HEADING.fullmatch(line)
        if heading:
            language = heading[1].lower()
            if language in held:
                raise ConfigurationError(f"{name}:{number}: `## {language}` stands here a second time; keep one")
            held[language], places[language] = [], number
        elif language:
            held[language].append(line.rstrip())
        elif line.strip():
            raise ConfigurationError(f"{name}:{number}: text before the first heading such as `## nl`; move it")
    texts = {each: _unwrapped(found) for each, found in held.items()}
    for each, text in texts.items():
        if not text:
            raise ConfigurationError(f"{name}:{places[each]}: `## {each}` has no text; write it or take it out")
    if not texts:
        raise ConfigurationError(f"{name}:{start}: no text; write one under a line such as `## nl`")
    return texts, places


def _unwrapped(lines: Sequence[str]) -> str:
    """Lines that an editor broke joined again: only an empty line or an item of a list begins a new one."""
    text = ""
    for line in lines:
        joins = text and not text.endswith("\n") and line and not line.startswith("- ")
        text += (" " if joins else "\n" if text else "") + line.strip()
        if not line:
            text += "\n"
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _lines(document: Document, places: Mapping[str, int]) -> dict[str, int]:
    found = {".".join(map(str, path)): line for path, line in document.lines.items() if path}
    return found | {f"## {language}": line for language, line in places.items()}


def check_library(library: Library, languages: Sequence[str], topics: Iterable[str]) -> list[str]:
    """Everything wrong with a library, each with file and line and what to do; what has expired is not wrong."""
    known = frozenset(topics)
    problems = list(library.problems)
    for answer in library.answers.values():
        problems += _missing(answer, languages)
        problems += [
            f"{answer.at('topics')}: {each}: no topic of rules.yaml" for each in answer.topics if each not in known
        ]
        problems += [
            f"{answer.at('supersedes')}: there is no answer {each}; mend the name"
            for each in answer.supersedes
            if each not in library.answers
        ]
        problems += dead_templates(answer)
    return problems + list(_rivals(library))


def expiring(library: Library, day: date, ahead: int) -> list[Answer]:
    """What is true on a day, no longer `ahead` days later, and has no successor ready; the first to go first."""
    followed = {
        older
        for each in library.answers.values()
        if each.valid_until is None or each.valid_until > day + timedelta(days=ahead)
        for older in each.supersedes
    }
    ending = [
        each
        for each in library.answers.values()
        if each.valid_on(day) and not each.valid_on(day + timedelta(days=ahead + 1)) and each.id not in followed
    ]
    return sorted(ending, key=lambda each: (each.valid_until or date.max, each.id))


def _missing(answer: Answer, languages: Sequence[str]) -> Iterator[str]:
    for language in languages:
        if language not in answer.texts:
            yield f"{answer.file}:{max(answer.lines.values(), default=1)}: no text `## {language}`; such letters wait"
        if not answer.questions.get(language):
            yield f"{answer.at('questions')}: no questions in {language}; write how people ask it"


def dead_templates(answer: Answer) -> Iterator[str]:
    """The texts that cannot be rendered: broken Jinja, or a name that is not one of `VARIABLES`."""
    for language, text in answer.texts.items():
        if "{" not in text:
            continue
        begin = answer.lines.get(f"## {language}", 1)
        try:
            unknown = find_undeclared_variables(_ENVIRONMENT.parse(text)) - VARIABLES
        except jinja2.TemplateSyntaxError as error:
            yield f"{answer.file}:{begin + error.lineno}: {error.message}; mend the template"
            continue
        if unknown:
            allowed = ", ".join(sorted(VARIABLES))
            yield f"{answer.file}:{begin}: unknown name {', '.join(sorted(unknown))}; use one of {allowed}"
        elif wrong := why_dead(text):
            yield f"{answer.file}:{begin}: {wrong}; mend the template"


_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """An answer's text with the town's own names in it. Raises jinja2.TemplateError where it is dead."""
    if "{" not in text:
        return text
    return _ENVIRONMENT.from_string(text).render({name: values[name] for name in VARIABLES if name in values})


@lru_cache(maxsize=512)
def why_dead(text: str) -> str:
    """Why a text cannot be filled in, tried with words in every place; empty where it can."""
    try:
        fill(text, dict.fromkeys(VARIABLES, "x"))
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _rivals(library: Library) -> Iterator[str]:
    """Two answers that are true on the same day and claim the same question."""
    claims: dict[tuple[str, str], list[tuple[Answer, int]]] = {}
    for answer in library.answers.values():
        for language, phrasings in answer.questions.items():
            for number, phrasing in enumerate(phrasings):
                claims.setdefault((language, phrase_key(phrasing, language)), []).append((answer, number))
    for (language, _), held in claims.items():
        for place, (answer, number) in enumerate(held):
            for other, second in held[:place]:
                if other is not answer and _overlap(answer, other):
                    here = answer.at(f"questions.{language}.{number}")
                    there = other.at(f"questions.{language}.{second}")
                    yield f"{here}: {answer.questions[language][number]!r} is claimed at {there} too; keep one"


def _overlap(one: Answer, other: Answer) -> bool:
    first, second = sorted((one, other), key=lambda each: each.valid_from)
    return first.valid_until is None or second.valid_from <= first.valid_until
