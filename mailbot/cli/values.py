"""What somebody typed, as values. Conversion and its errors are typer's; here only that it is not loaded for nothing.

For the first value of a command typer loads pydantic, which takes as long as all else together, although text is text
already, a default is what its command wrote down, and a number or a choice written as it should be is soon read. All
else, and whatever is wrong, is left to typer. A typer that asks its converters otherwise works as ever, slower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from typer.core import TyperArgument, TyperOption

_PLAIN = (str, int, float, bool, Path)
_LEFT = object()


def convert_when_needed() -> None:
    """Have every parameter of this program ask for typer's converter only when it is needed."""
    kinds: tuple[Any, ...] = (TyperArgument, TyperOption)
    for kind in kinds:
        converter = getattr(kind, "get_runtime_param", None)
        if converter is not None:
            kind.get_runtime_param = _before(converter)


def _before(converter: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda parameter: _Sparing(parameter, converter)


@dataclass(frozen=True, slots=True)
class _Sparing:
    """Stands before typer's converter of one parameter."""

    parameter: Any
    converter_of: Callable[[Any], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        kind, described = param.type_descriptor.annotation, param.type_descriptor.parameter_info
        found = _LEFT if described.parser else _read(value, kind, described)
        return self.converter_of(self.parameter).coerce(value, param=param, ctx=ctx) if found is _LEFT else found


def _read(value: Any, kind: Any, bounds: Any) -> Any:
    """The value where it is of its kind or plainly written, else `_LEFT`."""
    if kind in _PLAIN and isinstance(value, kind):
        return value
    if kind is int and isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        number = int(value)
        is_within = (bounds.min is None or bounds.min <= number) and (bounds.max is None or number <= bounds.max)
        return number if is_within else _LEFT
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next((each for each in kind if value in (each, each.value)), _LEFT)
    if get_origin(kind) is list and isinstance(value, (list, tuple)):
        found = [_read(each, get_args(kind)[0], bounds) for each in value]
        return _LEFT if any(each is _LEFT for each in found) else found
    return _LEFT
