"""Excel workbooks on disk: sheets written so that no cell is ever a formula, and sheets read as plain values."""

from __future__ import annotations

import os
import warnings
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.matching.matchfile import Sheet
from mailbot.model import Permanent

LONGEST_CELL = 32_767
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
MOST_ROWS, MOST_OCTETS, MOST_UNPACKED = 50_000, 50_000_000, 500_000_000


def write(path: Path, sheets: Sequence[Sheet], zone: ZoneInfo) -> None:
    """Write a workbook that only its owner may read, whole or not at all. Times are those of `zone`."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.title[:31]), sheet, zone)
    beside = path.with_name(f".{path.name}.part")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        book.save(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Permanent(f"{path} cannot be written ({error.strerror}); name a file in a folder that is yours") from None


def _write_sheet(place: Any, sheet: Sheet, zone: ZoneInfo) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate((sheet.head, *sheet.rows), start=1):
        for column, value in enumerate(row, start=1):
            put(place.cell(number, column), value, zone)
    for column in range(1, len(sheet.head) + 1):
        place.cell(1, column).font = Font(bold=True)
        place.column_dimensions[get_column_letter(column)].width = 18
    place.freeze_panes = "B2"
    place.auto_filter.ref = place.dimensions


def put(cell: Any, value: Any, zone: ZoneInfo) -> None:
    """Put a value into a cell; text stays text, whatever it begins with (OWASP, CSV injection)."""
    if isinstance(value, datetime):
        cell.value = value.astimezone(zone).replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, str):
        cell.value = harmless(value)
        cell.data_type = "s"
        cell.quotePrefix = value.lstrip(" ").startswith(LIVE)
    else:
        cell.value = value


def harmless(text: str) -> str:
    """Text without the control characters that a workbook may not hold."""
    return "".join(letter if letter >= " " and letter not in "\ufffe\uffff" else " " for letter in text)[:LONGEST_CELL]


def read(path: Path) -> list[Sheet]:
    """Every sheet with its first row as head; formulas come as the values that were last seen. Raises Permanent."""
    from openpyxl import load_workbook

    _check(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
            found = [_sheet(place) for place in book.worksheets]
            book.close()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, zipfile.BadZipFile):
        raise Permanent(f"{path} is no workbook that can be read; save it as .xlsx and try again") from None
    return found


def _check(path: Path) -> None:
    try:
        octets = path.stat().st_size
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
    except OSError as error:
        raise Permanent(f"{path} cannot be read ({error.strerror}); give an existing file") from None
    except zipfile.BadZipFile:
        raise Permanent(f"{path} is no workbook that can be read; save it as .xlsx and try again") from None
    if octets > MOST_OCTETS or unpacked > MOST_UNPACKED:
        raise Permanent(f"{path} is too large; split it into workbooks of at most {MOST_ROWS:,} rows")


def _sheet(place: Any) -> Sheet:
    rows = [tuple(row) for row, _ in zip(place.iter_rows(values_only=True), range(MOST_ROWS + 1), strict=False)]
    head = tuple(str(cell).strip() if cell is not None else "" for cell in rows[0]) if rows else ()
    return Sheet(place.title, head, tuple(rows[1:]))
