"""A Maildir as a source of letters, for towns whose server delivers to this machine. Keeps nothing, judges nothing.

A Maildir has names, not numbers: a UID here is the first 60 bits of the hash of a message's unique name, the same
for ever, and in no order. So `new_uids` gives all of them, and the collector leaves out those it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mailbot.intake.source import Answer, Bounds, Fetched, Filing, Folder, Gone, Refused, Stop, batches
from mailbot.model import Permanent, Temporary

UIDVALIDITY = 1
LOOK_SECONDS = 1.0


class MaildirSource:
    """A `Source` over the folders `new` and `cur`; see `source.Source` for what each call promises."""

    def __init__(self, path: Path, filing: Filing = Filing(), bounds: Bounds = Bounds()) -> None:  # noqa: B008
        self._path = path
        self._filing = filing
        self._bounds = bounds

    def open(self) -> Folder:
        return Folder(UIDVALIDITY, len(self._files()), ascending=False)

    def new_uids(self, after: int) -> list[int]:
        return self.all_uids()

    def all_uids(self) -> list[int]:
        return sorted(self._files())

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Answer]]:
        files = self._files()
        sizes = [(uid, _size(files.get(uid))) for uid in uids]
        for batch in batches(sizes, self._bounds):
            yield [_read(uid, files.get(uid), self._bounds.message_octets) for uid in batch]

    def file_away(self, uids: Sequence[int], *, machine: bool) -> None:
        if self._filing.way == "none":
            return
        files = self._files()
        folder = self._path / "cur"
        if self._filing.way == "move":
            name = self._filing.machine_folder if machine else self._filing.folder
            folder = self._path / f".{name.replace('/', '.')}" / "cur"
        for path in (files[uid] for uid in uids if uid in files):
            _move(path, folder, flags="S" if machine else "FS")

    def wait(self, seconds: float, stop: Stop) -> bool:
        known = set(self._files())
        left = seconds
        while left > 0 and not stop.is_set():
            stop.wait(min(LOOK_SECONDS, left))
            left -= LOOK_SECONDS
            if set(self._files()) - known:
                return True
        return False

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self) -> dict[int, Path]:
        try:
            found = [path for part in ("new", "cur") for path in (self._path / part).iterdir()]
        except FileNotFoundError as error:
            raise Permanent(
                f"{self._path} is no Maildir: {error.filename} is missing; mend `maildir` in mailbot.toml"
            ) from error
        except OSError as error:
            raise Temporary(f"{self._path}: {error.strerror}; run `mailbot check`") from error
        return {_uid(path): path for path in found if not path.name.startswith(".")}


def _uid(path: Path) -> int:
    unique = path.name.partition(":")[0]
    return int.from_bytes(hashlib.sha256(unique.encode("utf-8", "surrogateescape")).digest()[:8], "big") >> 4


def _size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0


def _read(uid: int, path: Path | None, limit: int) -> Answer:
    try:
        if path is None:
            return Gone(uid, "gone before it was read")
        stat = path.stat()
        with path.open("rb") as file:
            octets = file.read(limit)
    except FileNotFoundError:
        return Gone(uid, "gone before it was read")
    except OSError as error:
        return Refused(uid, f"cannot be read ({error.strerror})")
    arrived = datetime.fromtimestamp(stat.st_mtime, UTC)
    return Fetched(uid, octets, arrived, stat.st_size, truncated=stat.st_size > limit)


def _move(path: Path, folder: Path, flags: str) -> None:
    unique, _, had = path.name.partition(":2,")
    target = folder / f"{unique}:2,{''.join(sorted(set(had) | set(flags)))}"
    try:
        for part in ("cur", "new", "tmp"):
            (folder.parent / part).mkdir(parents=True, exist_ok=True)
        path.rename(target)
    except FileNotFoundError:
        return  # somebody was quicker
    except OSError as error:
        raise Temporary(f"{folder}: {error.strerror}; run `mailbot check`") from error
