"""YAML read strictly, with the line of every value. What the values mean is said in `policy`.

Plain YAML would read the telephone number 016272772 as an octal number, `NO` as false and the second of two
equal keys in silence (YAML 1.1 §10.2). Here only true, false, null and numbers without a leading zero are
not text, and a key that stands twice is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from mailbot.model import ConfigurationError

T = TypeVar("T")
MAX_DEPTH = 30
MAX_VALUES = 100_000  # aliases of aliases grow without end (a "billion laughs")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value, and the 1-based line of each path such as `("town", "name")`."""

    name: str
    value: Any
    lines: Mapping[_Path, int]

    def line(self, path: _Path) -> int:
        """The line of a path, or of the nearest part of it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_text(path: Path) -> str:
    """The words of one file. Raises ConfigurationError where there is none or it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: no such file; run `mailbot init FOLDER` or name another") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); mend it and run `mailbot check`") from error


def read_made(path: Path, make: Callable[[Document], T]) -> T:
    """What `make` makes of one YAML file: made once in a process for the same words, so nobody may change it.

    Raises ConfigurationError with file and line for anything wrong, as `parse_document` and `make` do.
    """
    written = read_text(path)
    try:
        return cast(T, _made(make, written))
    except ConfigurationError:
        return make(parse_document(written, str(path)))


@lru_cache(maxsize=64)
def _made(make: Callable[[Document], Any], written: str) -> Any:
    return make(parse_document(written, ""))


def read_sections(path: Path, names: Collection[str]) -> Document:
    """Read only some of a file's outermost keys, which is faster.

    Raises ConfigurationError with file and line for anything wrong in them.
    """
    parts = re.split(r"^(?=[A-Za-z_]+:)", read_text(path), flags=re.MULTILINE)
    read = (part if part.partition(":")[0] in names else "\n" * part.count("\n") for part in parts)
    return parse_document("".join(read), str(path))


def parse_document(content: str, name: str) -> Document:
    """Parse YAML text. Raises ConfigurationError with `name` and line for anything wrong."""
    try:
        root = yaml.compose(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigurationError(f"{name}:{line}: {problem}; mend it and run `mailbot check`") from error
    except RecursionError as error:
        raise ConfigurationError(f"{name}: nested too deep; mend it and run `mailbot check`") from error
    lines: dict[_Path, int] = {}
    value = {} if root is None else _value(root, (), lines, name)
    return Document(name, value, lines)


def _value(node: yaml.Node, path: _Path, lines: dict[_Path, int], name: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if len(path) > MAX_DEPTH:
        raise ConfigurationError(f"{name}:{line}: nested too deep; mend it and run `mailbot check`")
    if len(lines) > MAX_VALUES:
        raise ConfigurationError(f"{name}:{line}: more than {MAX_VALUES} values; mend it and run `mailbot check`")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, name)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, n), lines, name) for n, item in enumerate(node.value)]
    return _scalar(str(node.value), quoted=bool(getattr(node, "style", None)))


def _mapping(node: yaml.MappingNode, path: _Path, lines: dict[_Path, int], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            raise ConfigurationError(f"{name}:{line}: the key {key!r} stands here a second time; keep one")
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), lines, name)
    return found


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
