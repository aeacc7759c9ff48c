"""Where a desk lives: its folder, settings file, rules and database, found without loading the settings.

Kept apart from `settings` so that commands which only look start fast; needs the standard library only.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from mailbot.model import ConfigurationError

FILE = "mailbot.toml"
DEFAULT_DATABASE = "sqlite:///data/mailbot.db"
DEFAULT_RULES = "rules.yaml"


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
    return absolute_url(folder, _setting(folder, "database", DEFAULT_DATABASE))


def rules_file(folder: Path) -> Path:
    """The town's rules: from MAILBOT_RULES, else from mailbot.toml, else beside it."""
    return folder / _setting(folder, "rules", DEFAULT_RULES)


def _setting(folder: Path, name: str, default: str) -> str:
    written = os.environ.get(f"MAILBOT_{name.upper()}")
    if written:
        return written
    try:
        return str(tomllib.loads((folder / FILE).read_text(encoding="utf-8")).get(name, default))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{folder / FILE}: {error}; mend it and run `mailbot check`") from error


def absolute_url(folder: Path, url: str) -> str:
    """A SQLite URL whose file is relative, made absolute from the desk's folder; any other URL as it is."""
    scheme, slashes, path = url.partition(":///")
    if scheme.startswith("sqlite") and slashes and not path.startswith("/"):
        return f"{scheme}:///{(folder / path).resolve()}"
    return url
