"""Where the library lies on disk, and how it is read. What is in a file is said in `library`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from mailbot.answers.index import Index, make_index
from mailbot.answers.learning import OneLiner, read_days, read_labels, read_one_liners
from mailbot.answers.library import Answer, Library, is_name, read_library
from mailbot.answers.suggest import Weights
from mailbot.answers.vocabulary import read_synonyms
from mailbot.model import ConfigurationError
from mailbot.shipped import shipped
from mailbot.strict import read_text

SYNONYMS = "synonyms.tsv"
WEIGHTS = "answers.json"
MOST_OCTETS = 200_000


def load_library(folder: Path) -> Library:
    """Every answer of a folder, file by file in order of name; empty where there is no folder."""
    problems: list[str] = []
    library = read_library(_contents(sorted(folder.glob("*.md")), problems))
    return Library(library.answers, (*problems, *library.problems))


def load_answer(folder: Path, identifier: str) -> Answer | None:
    """One answer of a folder, without reading the others; None where there is none so called that can be read."""
    path = folder / f"{identifier}.md"
    if not is_name(identifier) or not path.is_file():
        return None
    return read_library(_contents([path], [])).answers.get(identifier)


def _contents(files: list[Path], problems: list[str]) -> Iterator[tuple[str, str, str]]:
    for path in files:
        if path.stem.lower() == "readme":
            continue
        try:
            if path.stat().st_size > MOST_OCTETS:
                problems.append(f"{path}:1: larger than {MOST_OCTETS} octets; an answer is a page")
                continue
            yield path.stem, str(path), path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}:1: cannot be read ({error}); save it as UTF-8")


def load_synonyms(folder: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """The synonyms that lie in a folder of answers, else the shipped ones.

    Raises ConfigurationError where they cannot be read, as `load_index` does.
    """
    return read_synonyms(_written_synonyms(folder).splitlines())


def _written_synonyms(folder: Path) -> str:
    beside, ours = folder / SYNONYMS, shipped("data") / "answers" / SYNONYMS
    path = beside if beside.is_file() else ours
    return read_text(path) if path.is_file() else ""


def load_index(folder: Path) -> Index:
    """The library of a folder ready for asking; what cannot be read is left out, and told by `load_library`.

    The same words are made ready once in a process, wherever they lie.
    """
    files = _contents(sorted(folder.glob("*.md")), [])
    named = tuple((identifier, f"{identifier}.md", content) for identifier, _, content in files)
    return _made_ready(named, _written_synonyms(folder))


@lru_cache(maxsize=2)
def _made_ready(files: tuple[tuple[str, str, str], ...], synonyms: str) -> Index:
    return make_index(read_library(files), read_synonyms(synonyms.splitlines()))


def mark(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells a changed library from the same one without reading it: each file's name, moment and size."""
    try:
        files = sorted([*folder.glob("*.md"), folder / SYNONYMS])
        states = [(each.name, each.stat()) for each in files if each.is_file()]
    except OSError:  # a file that is being renamed: looked at again in a moment
        return ()
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def weights_folder(desk: Path | None) -> Path:
    """Where the weights lie that a desk reads with: `data/model` in its folder once it has learnt, else the shipped."""
    own = desk / "data" / "model" if desk else None
    return own if own and (own / WEIGHTS).is_file() else shipped("data") / "model"


def keep_weights(weights: Weights, folder: Path) -> Path:
    """Write what was learnt; the same weights give the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS
    kept = {"ranking": dict(weights.ranking), "surety": dict(weights.surety)}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return path


def load_labels(folder: Path | None = None) -> dict[str, frozenset[str]]:
    """Which answers are right for each labelled letter, file by file in order of name."""
    return read_labels(_label_lines(folder))


def load_days(folder: Path | None = None) -> dict[str, date]:
    """On which day each labelled letter is read that has no date of its own."""
    return read_days(_label_lines(folder))


def load_one_liners(folder: Path | None = None) -> list[OneLiner]:
    """Questions of one line with the answers that are right for them, file by file in order of name."""
    files = sorted((folder or shipped("data") / "corpus").glob("asked-*.tsv"))
    return [each for file in files for each in read_one_liners(file.read_text(encoding="utf-8").splitlines())]


def _label_lines(folder: Path | None) -> list[str]:
    files = sorted((folder or shipped("data") / "corpus").glob("answers-*.tsv"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def load_weights(folder: Path | None = None) -> Weights:
    """What was learnt of the labelled letters; the plain weights of the code where nothing was."""
    path = (folder or shipped("data") / "model") / WEIGHTS
    if not path.is_file():
        return Weights()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Weights(kept["ranking"], kept["surety"])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); run `mailbot answers learn`") from error
