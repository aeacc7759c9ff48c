"""The steps of a letter's way, each with its own commit, none knowing the next: collect, judge, file away.

A crash anywhere repeats at most one step, and repeating it changes nothing. Delivering is the fourth step, in
`outbox.smtp`; when each step is taken is told in `worker`.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from mailbot import desk as desk_of
from mailbot import growing, match_apply
from mailbot.answers import told_store
from mailbot.correspondence import Correspondence, Tally
from mailbot.desk import Desk, Reading
from mailbot.informing import told_by
from mailbot.intake import store as intake
from mailbot.intake.source import Fetched, Gone, Refused, Source
from mailbot.match_answers import Facts
from mailbot.matching import records_store
from mailbot.model import Intent, Judgement, MessageState, Permanent, Temporary, Threads
from mailbot.outbox import store as outbox
from mailbot.outbox import upkeep_store
from mailbot.storage.database import Database
from mailbot.storage.locks import is_free
from mailbot.tickets import store as tickets
from mailbot.tickets.rows import Judged

log = logging.getLogger(__name__)
JUDGE_BATCH = 50
FILE_BATCH = 200
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Office:
    """What the steps work with: the database, the desk that judges, how it writes, who works, and a clock."""

    database: Database
    desk: Desk
    correspondence: Correspondence
    worker: str
    clock: Clock


def worker_lock(worker: str) -> str:
    """The name of the lock that a worker holds for as long as it lives."""
    return f"worker:{worker}"


def take_over(office: Office) -> None:
    """Free what dead workers left claimed: letters are judged again, mail they may have sent becomes unknown."""

    def is_alive(worker: str) -> bool:
        return worker == office.worker or not is_free(office.database, worker_lock(worker))

    intake.release(office.database, is_alive)
    outbox.settle_dead(office.database, is_alive, office.clock(), office.desk.policy.outbox)


def collect(
    office: Office, mailbox: str, source: Source, cutoff: datetime, is_over: Callable[[], bool] = lambda: False
) -> int:
    """Keep everything new in one mailbox; the number of messages not seen before. Collecting does not parse.

    Ends between two batches once `is_over`.
    """
    folder = source.open()
    after = intake.open_folder(office.database, mailbox, folder.uidvalidity, folder.count)
    announced = source.new_uids(after)
    known = intake.known_uids(office.database, mailbox, folder.uidvalidity, announced) if announced else set()
    progress = Progress(announced if folder.ascending else (), known)
    kept, refused = 0, []
    for batch in source.fetch([uid for uid in announced if uid not in known]):
        fetched = [each for each in batch if isinstance(each, Fetched)]
        gone = [(each.uid, each.reason) for each in batch if isinstance(each, Gone)]
        refused += [each for each in batch if isinstance(each, Refused)]
        cursor = progress.reach([*(each.uid for each in fetched), *(uid for uid, _ in gone)])
        arrived = intake.Batch(mailbox, folder.uidvalidity, fetched, gone, cursor)
        kept += intake.keep(office.database, arrived, cutoff, office.clock())
        if is_over():
            return kept
    _note(office, mailbox, refused)
    return kept


@dataclass
class Progress:
    """How far a mailbox is in the ledger without a gap. Batches come in no order, and a cursor never leaps a letter."""

    announced: Sequence[int]
    settled: set[int]
    at: int = 0

    def reach(self, settled: Iterable[int]) -> int:
        """The UID up to which nothing is missing once `settled` are in the ledger too; 0 where that is none."""
        self.settled.update(settled)
        while self.at < len(self.announced) and self.announced[self.at] in self.settled:
            self.at += 1
        return self.announced[self.at - 1] if self.at else 0


def _note(office: Office, mailbox: str, refused: Sequence[Refused]) -> None:
    """Say how reading a mailbox ended; letters that the server withholds are asked for again, and somebody told."""
    if not refused:
        intake.note_success(office.database, mailbox, office.clock())
        return
    said = f"{len(refused)} messages are not given, such as UID {refused[0].uid}: {refused[0].reason}"
    log.warning("%s: %s", mailbox, said)
    intake.note_failure(office.database, mailbox, said, office.clock())


def judge(office: Office, limit: int = JUDGE_BATCH) -> int:
    """Judge what waits, one batch; the number of messages claimed, 0 when nothing waits."""
    waiting = intake.claim(office.database, office.worker, limit)
    try:
        _judge_guarded(office, waiting)
    except Temporary:
        intake.unclaim(office.database, [each.id for each in waiting])
        raise
    return len(waiting)


def _judge_guarded(office: Office, batch: Sequence[intake.Waiting]) -> None:
    """Judge a batch; where a bug shows, judge its messages one by one, and set the one apart that shows it."""
    try:
        _judge_batch(office, batch)
    except Temporary:
        raise
    except Exception as bug:
        if len(batch) > 1:
            for each in batch:
                _judge_guarded(office, [each])
            return
        log.error("message %s quarantined: %s", batch[0].id, name_bug(bug))  # noqa: TRY400 - it may quote the letter
        log.debug("message %s", batch[0].id, exc_info=bug)
        intake.quarantine(office.database, batch[0].id, f"{type(bug).__name__}: {bug}", office.clock())


def name_bug(bug: BaseException) -> str:
    """What a bug is and where it showed, without its words, which may be a citizen's."""
    at = traceback.extract_tb(bug.__traceback__)[-1:]
    return type(bug).__name__ + "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in at)


def _judge_batch(office: Office, batch: Sequence[intake.Waiting]) -> None:
    readings = [desk_of.read(each.octets, each.mailbox, office.desk) for each in batch]
    for part in _in_order(list(zip(batch, readings, strict=True))):
        with office.database.begin() as connection:
            _apply(office, connection, part)


def _in_order(
    pairs: Sequence[tuple[intake.Waiting, Reading]],
) -> Iterator[list[tuple[intake.Waiting, Reading]]]:
    """Cut a batch wherever a letter answers an earlier one of it, or has its writer: it must find what that one led to.

    Without the second, somebody whose letters come together would be answered once for each.
    """
    part: list[tuple[intake.Waiting, Reading]] = []
    seen: set[str] = set()
    for waiting, reading in pairs:
        writer = reading.claims.sender if reading.screening.machine is None else ""
        if seen.intersection((*reading.claims.references, writer)):
            yield part
            part, seen = [], set()
        part.append((waiting, reading))
        seen |= {reading.letter.message_id, writer} - {""}
    if part:
        yield part


def _apply(office: Office, connection: Connection, part: Sequence[tuple[intake.Waiting, Reading]]) -> None:
    """Judge with the facts of this moment, and write tickets, events and outgoing mail in one transaction."""
    now = office.clock()
    claims = [reading.claims for _, reading in part]
    standing = told_store.standing(connection)
    facts = [replace(each, standing=standing) for each in tickets.gather(connection, claims, now)]
    lost = tickets.unreachable(connection, {claim.sender for claim in claims})
    matching = match_apply.gather(connection, office.desk, [reading.named for _, reading in part])
    judged = [
        Judged(waiting.id, waiting.mailbox, _judge_one(office, reading, threads, answered, lost, now))
        for (waiting, reading), threads, answered in zip(part, facts, matching, strict=True)
    ]
    in_line = tickets.waiting(connection)
    written = tickets.apply(connection, judged, now)
    growing.grow(connection, records_store.of_messages(connection, [each.id for each, _ in part]), office.desk, now)
    tally = _tally(connection, judged, in_line)
    drafts = office.correspondence.drafts(judged, written, now, tally)
    drafts += match_apply.apply(connection, office.correspondence, judged, now)
    outbox.enqueue(connection, drafts, now)
    told_store.record(connection, told_by(judged, written, office.desk), now)
    for each in judged:
        if doubted := desk_of.doubted(each.judgement):
            told_store.doubt(connection, doubted, now)
        for action in desk_of.undeliverables(each.judgement):
            upkeep_store.mark_undeliverable(connection, action.outbox, action.bounce, now)


def _judge_one(
    office: Office, reading: Reading, threads: Threads, matching: Facts, lost: set[str], now: datetime
) -> Judgement:
    is_reachable = reading.claims.sender not in lost
    return desk_of.judge(reading, office.desk, threads, now, is_reachable=is_reachable, matching=matching)


def _tally(connection: Connection, judged: Sequence[Judged], waiting: int) -> Tally:
    """What writers are told of the desk's day; offers and requests are counted only where a volunteer reads them."""
    verdicts = [each.judgement.verdict for each in judged]
    has_offer = any(Intent.HELP_OFFER in (verdict.intent, *verdict.also) for verdict in verdicts)
    offers, requests = records_store.tally(connection) if has_offer else (0, 0)
    return Tally(offers, requests, waiting)


def file_away(office: Office, mailbox: str, source: Source, uidvalidity: int) -> int:
    """File judged mail away on the server; the number filed. Nothing depends on it, so it may be done twice.

    A server that refuses is asked again the next time, and reading goes on meanwhile.
    """
    done = 0
    while rows := intake.unfiled(office.database, mailbox, uidvalidity, FILE_BATCH):
        try:
            for state, group in groupby(sorted(rows, key=lambda row: row.state), key=lambda row: row.state):
                source.file_away([row.uid for row in group], machine=state is MessageState.MACHINE)
        except Permanent as refusal:
            log.warning("%s: not filed away: %s", mailbox, refusal)
            return done
        intake.mark_filed(office.database, [row.delivery for row in rows], office.clock())
        done += len(rows)
    return done
