"""The library of a demonstration desk: today plays one day of March 2020, so what was true then is true now."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from mailbot.answers.store import load_library

DAY = date(2020, 3, 18)
_DATED = re.compile(r"^(?:valid_until: .*|supersedes: .*\n)", re.MULTILINE)


def play_day(folder: Path, day: date = DAY) -> None:
    """Keep the answers of a folder that were true on a day, and let them hold from then on."""
    for answer in load_library(folder).answers.values():
        path = Path(answer.file)
        if answer.valid_on(day):
            written = path.read_text(encoding="utf-8")
            path.write_text(_DATED.sub(_without_end, written), encoding="utf-8")
        else:
            path.unlink()


def _without_end(found: re.Match[str]) -> str:
    return "valid_until: open" if found.group().startswith("valid_until") else ""
