"""Where the map lies on disk, and how it is read. No judgement here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from mailbot.model import ConfigurationError
from mailbot.shipped import shipped
from mailbot.triage.gazetteer import Gazetteer, read_gazetteer


@lru_cache(maxsize=4)
def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """The map of a folder with places.csv and, if there, streets.csv; by default the shipped one. Read once.

    Raises ConfigurationError.
    """
    folder = folder or shipped("data") / "places"
    streets = folder / "streets.csv"
    try:
        lines = (folder / "places.csv").read_text(encoding="utf-8").splitlines()
        roads = streets.read_text(encoding="utf-8").splitlines() if streets.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{folder}: {error}; put places.csv there, see data/places/README.md") from error
    return read_gazetteer(lines, roads)
