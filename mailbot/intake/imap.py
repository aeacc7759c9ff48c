"""One mailbox over IMAP (RFC 9051) by IMAPClient, each operation with a deadline. Keeps nothing, judges nothing.

IDLE is a wake-up, polling the truth. UIDs only, never sequence numbers. A message that another session removed
is not an error: servers answer for it in three silent ways, and all three mean "gone".
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError

from mailbot.intake.imap_large import text_only
from mailbot.intake.source import (
    Account,
    Answer,
    Fetched,
    Folder,
    Gone,
    LoginRefused,
    Refused,
    Stop,
    batches,
)
from mailbot.model import MailbotError, Permanent, Temporary

log = logging.getLogger(__name__)
T = TypeVar("T")
IDLE_SECONDS = 300.0  # well below the 29 minutes after which servers hang up (RFC 2177)
IDLE_LOOK_SECONDS = 1.0
ASK_AT_ONCE = 500
_FAULTS = (imaplib.IMAP4.error, ProtocolError, OSError, EOFError, RecursionError, ValueError, AssertionError)


class ImapSource:
    """A `Source` over one IMAP connection; see `source.Source` for what each call promises."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: IMAPClient | None = None

    def open(self) -> Folder:
        client = self._connected()
        status = self._timed(lambda: client.select_folder(self._account.folder), "select the folder")
        return Folder(int(status[b"UIDVALIDITY"]), int(status.get(b"EXISTS", 0)))

    def new_uids(self, after: int) -> list[int]:
        client = self._connected()
        found = self._timed(lambda: client.search(["UID", f"{after + 1}:*"]), "look for new mail")
        # `n:*` always means at least the last message, even below n (RFC 9051 section 9, seq-range)
        return sorted(uid for uid in found if uid > after)

    def all_uids(self) -> list[int]:
        client = self._connected()
        return sorted(self._timed(lambda: client.search(["ALL"]), "count the mail"))

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Answer]]:
        bounds = self._account.bounds
        for start in range(0, len(uids), ASK_AT_ONCE):
            some = uids[start : start + ASK_AT_ONCE]
            heads = self._fetch(some, [b"RFC822.SIZE", b"INTERNALDATE"])
            sizes = [(uid, int(heads[uid][b"RFC822.SIZE"])) for uid in some if _is_head(heads.get(uid))]
            if len(sizes) < len(some):
                yield self._not_given([uid for uid in some if not _is_head(heads.get(uid))])
            large = {uid for uid, size in sizes if size > bounds.message_octets}
            for batch in batches([pair for pair in sizes if pair[0] not in large], bounds):
                yield self._whole(batch, heads)
            for uid in sorted(large):
                yield [self._texts(uid, heads[uid])]

    def _whole(self, batch: Sequence[int], heads: Mapping[int, Any]) -> list[Answer]:
        try:
            bodies = self._fetch(batch, [b"BODY.PEEK[]"])
        except Permanent as refusal:
            if len(batch) == 1:
                return [Refused(batch[0], str(refusal))]
            return [each for uid in batch for each in self._whole([uid], heads)]
        found = {uid: octets for uid in batch if (octets := bodies.get(uid, {}).get(b"BODY[]")) is not None}
        answers: list[Answer] = [_message(uid, octets, heads[uid]) for uid, octets in found.items()]
        return answers + self._not_given([uid for uid in batch if uid not in found])

    def _texts(self, uid: int, head: Mapping[bytes, Any]) -> Answer:
        def ask(items: Sequence[bytes]) -> Mapping[bytes, Any]:
            return self._fetch([uid], list(items)).get(uid, {})

        try:
            octets = text_only(ask, int(head[b"RFC822.SIZE"]), self._account.bounds.message_octets)
        except Permanent as refusal:
            return Refused(uid, str(refusal))
        if octets is None:
            return self._not_given([uid])[0]
        return Fetched(uid, octets, _arrival(head), int(head[b"RFC822.SIZE"]), truncated=True)

    def _not_given(self, uids: Sequence[int]) -> list[Answer]:
        """Of UIDs that came back without a message, those that are gone; a letter that is still there is not lost."""
        if not uids:
            return []
        client = self._connected()
        wanted = ",".join(str(uid) for uid in uids)
        there = set(self._timed(lambda: client.search(["UID", wanted]), "look for a message"))
        kept: list[Answer] = [Refused(uid, "the server has it and does not give it") for uid in uids if uid in there]
        return kept + [Gone(uid, "gone before it was read") for uid in uids if uid not in there]

    def _fetch(self, uids: Sequence[int], items: Sequence[bytes]) -> Mapping[int, Mapping[bytes, Any]]:
        client = self._connected()
        found: Mapping[int, Mapping[bytes, Any]] = self._timed(lambda: client.fetch(list(uids), items), "read mail")
        return found

    def file_away(self, uids: Sequence[int], *, machine: bool) -> None:
        filing, client = self._account.filing, self._connected()
        if filing.way == "none" or not uids:
            return
        flags = [b"\\Seen"] if machine else [b"\\Seen", b"\\Flagged"]
        self._timed(lambda: client.add_flags(list(uids), flags, silent=True), "flag mail")
        if filing.way == "move":
            self._move(client, uids, filing.machine_folder if machine else filing.folder)

    def _move(self, client: IMAPClient, uids: Sequence[int], folder: str) -> None:
        if not self._timed(lambda: client.folder_exists(folder), "look for a folder"):
            self._timed(lambda: client.create_folder(folder), "make a folder")
        if client.has_capability("MOVE"):
            self._timed(lambda: client.move(list(uids), folder), "move mail")
            return
        self._timed(lambda: client.copy(list(uids), folder), "copy mail")
        self._timed(lambda: client.delete_messages(list(uids), silent=True), "mark moved mail")
        if client.has_capability("UIDPLUS"):  # a plain EXPUNGE would remove what others marked
            self._timed(lambda: client.uid_expunge(list(uids)), "remove moved mail")

    def wait(self, seconds: float, stop: Stop) -> bool:
        client = self._connected()
        if not client.has_capability("IDLE"):
            stop.wait(seconds)
            return True
        self._timed(client.idle, "begin to wait")
        arrived = self._idle(client, min(seconds, IDLE_SECONDS), stop)
        self._timed(client.idle_done, "end the wait")
        return arrived

    def _idle(self, client: IMAPClient, seconds: float, stop: Stop) -> bool:
        """Listen in short turns, so that `stop` is heard; a dead line answers at once with nothing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not stop.is_set():
            turn, begun = min(left, IDLE_LOOK_SECONDS), time.monotonic()
            answers = self._timed(lambda turn=turn: client.idle_check(timeout=turn), "wait")  # type: ignore[misc]
            if any(answer[0] == b"BYE" for answer in answers if isinstance(answer, tuple)):
                raise self._lost("wait", "the server says goodbye")
            if any(b"EXISTS" in answer for answer in answers if isinstance(answer, tuple)):
                return True
            if not answers and time.monotonic() - begun < turn / 4:
                raise self._lost("wait", "the line is dead")
        return False

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FAULTS):
                client.logout()

    def _connected(self) -> IMAPClient:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> IMAPClient:
        account = self._account
        try:
            client = _within(account.patience.operation, lambda: _client(account))
        except _FAULTS as error:
            raise Temporary(f"{account.host}:{account.port}: {_said(error)}; run `mailbot check`") from error
        client.normalise_times = False
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._log_in(client)
        except MailbotError:
            _close(client)
            raise
        return client

    def _log_in(self, client: IMAPClient) -> None:
        account, secret = self._account, self._account.secret()
        login = client.oauth2_login if account.oauth else client.login
        try:
            with _deadline(client, account.patience.operation):
                login(account.user, secret)
        except LoginError as error:
            _close(client)
            raise LoginRefused(
                f"{account.host}: login of {account.user} refused ({_said(error)}); mend it, then run `mailbot check`"
            ) from error
        except _FAULTS as error:
            _close(client)
            raise Temporary(f"{account.host}: lost while logging in ({_said(error)}); run `mailbot check`") from error

    def _timed(self, operation: Callable[[], T], what: str) -> T:
        """Run one operation under its deadline; any fault ends the connection, half an answer is never kept."""
        client = self._connected()
        try:
            with _deadline(client, self._account.patience.operation):
                return operation()
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            raise self._lost(what, _said(error)) from error
        except imaplib.IMAP4.error as error:
            raise Permanent(f"{self._account.host} refuses to {what} ({_said(error)}); run `mailbot check`") from error
        except (ProtocolError, RecursionError, ValueError, AssertionError) as error:
            raise self._lost(what, f"an answer that cannot be read: {_said(error)}") from error

    def _lost(self, what: str, why: str) -> Temporary:
        client, self._client = self._client, None
        if client is not None:
            _close(client)
        return Temporary(f"{self._account.host}: could not {what} ({why}); run `mailbot check` if it stays")


def _client(account: Account) -> IMAPClient:
    timeout = SocketTimeout(connect=account.patience.connect, read=account.patience.read)
    implicit = account.tls == "implicit"
    client = IMAPClient(
        account.host,
        account.port,
        ssl=implicit,
        ssl_context=_context(account) if implicit else None,
        timeout=timeout,
        use_uid=True,
    )
    if account.tls == "starttls":
        try:
            client.starttls(_context(account))
        except _FAULTS:
            _close(client)
            raise
    return client


def _context(account: Account) -> ssl.SSLContext:
    """Whom to believe; read anew for each connection that needs it, since certificates are renewed while we run."""
    return ssl.create_default_context(cafile=str(account.ca_file) if account.ca_file else None)


def _within(seconds: float, connect: Callable[[], IMAPClient]) -> IMAPClient:
    """Connect in a thread of its own, for neither a name server nor a greeting that drips knows a deadline."""
    came: queue.SimpleQueue[IMAPClient | BaseException] = queue.SimpleQueue()

    def attempt() -> None:
        try:
            came.put(connect())
        except _FAULTS as error:
            came.put(error)

    threading.Thread(target=attempt, name="connect", daemon=True).start()
    try:
        result = came.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no connection within {seconds:g} s") from None
    if isinstance(result, BaseException):
        raise result
    return result


@contextlib.contextmanager
def _deadline(client: IMAPClient, seconds: float) -> Iterator[None]:
    """Cut the line when time is over: a socket's own limit is per read, and a server may drip for ever."""
    timer = threading.Timer(seconds, _cut, (client,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(client: IMAPClient) -> None:
    with contextlib.suppress(OSError):
        client.socket().shutdown(socket.SHUT_RDWR)


def _close(client: IMAPClient) -> None:
    with contextlib.suppress(*_FAULTS):
        client.shutdown()


def _is_head(head: Mapping[bytes, Any] | None) -> bool:
    return bool(head) and head is not None and head.get(b"RFC822.SIZE") is not None and b"INTERNALDATE" in head


def _message(uid: int, octets: bytes, head: Mapping[bytes, Any]) -> Fetched:
    return Fetched(uid, octets, _arrival(head), int(head[b"RFC822.SIZE"]))


def _arrival(head: Mapping[bytes, Any]) -> datetime:
    arrived = head[b"INTERNALDATE"]
    return arrived.astimezone(UTC) if isinstance(arrived, datetime) else datetime.fromtimestamp(0, UTC)


def _said(error: BaseException) -> str:
    """What a fault says, without the bytes it may carry."""
    text = str(error) or type(error).__name__
    return text.removeprefix("b'").removesuffix("'")[:200]
