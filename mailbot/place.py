"""Where a desk lives: its folder, its settings file and its database, found without loading the settings.

Kept apart from `settings` so that commands which only look start fast; needs the standard library only.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from mailbot.model import ConfigurationError

FILE = "mailbot.toml"
DEFAULT_DATABASE = "sqlite:///data/mailbot.db"


def find_folder(asked: Path | None = None) -> Path:
    """The desk's folder: the one asked for, else MAILBOT_FOLDER, else the working folder.

    Raises ConfigurationError where no mailbot.toml lies in it.
    """
    folder = asked or Path(os.environ.get("MAILBOT_FOLDER", "."))
    if not (folder / FILE).is_file():
        raise ConfigurationError(
            f"{folder / FILE}: no such file; run `mailbot init FOLDER`, or name the folder with -C"
        )
    return folder


def database_url(asked: Path | None) -> str:
    """The database's URL, absolute: from MAILBOT_DATABASE, else from mailbot.toml, else beside it."""
    folder = find_folder(asked)
    written = os.environ.get("MAILBOT_DATABASE")
    if not written:
        try:
            written = tomllib.loads((folder / FILE).read_text(encoding="utf-8")).get("database", DEFAULT_DATABASE)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(f"{folder / FILE}: {error}; mend it and run `mailbot check`") from error
    return absolute_url(folder, str(written))


def absolute_url(folder: Path, url: str) -> str:
    """A SQLite URL whose file is relative, made absolute from the desk's folder; any other URL as it is."""
    scheme, slashes, path = url.partition(":///")
    if scheme.startswith("sqlite") and slashes and not path.startswith("/"):
        return f"{scheme}:///{(folder / path).resolve()}"
    return url
