"""What the screen does at the desk: no widget here, and no SQL. Each deed is one verb of `tickets`.

It is loaded behind the open screen, for what writes takes longer to load than what reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailbot import library_reply, undoing
from mailbot import writing as letters
from mailbot.library_reply import Ready
from mailbot.outbox.personal import fill, ready_made
from mailbot.screen.looking import MOST_PROPOSED, Asking
from mailbot.storage.reading import Row
from mailbot.tickets import desk_store, roster_store, verbs
from mailbot.tickets.proposals import from_library
from mailbot.tickets.roster import shift_at
from mailbot.tickets.spoken_time import read_moment
from mailbot.tickets.standing import Change, Refused, Standing
from mailbot.undoing import Undone
from mailbot.writing import Answer, Queued


def on_duty(asking: Asking) -> list[str]:
    """Who has a seat in the shift that runs now, each once; the coordinator first."""
    policy = asking.writing.policy
    with asking.writing.database.read() as connection:
        duty = roster_store.on_duty(connection, shift_at(policy.roster, policy.hours, asking.clock()))
    seats = sorted(duty, key=lambda seat: seat != "coordinator")
    return list(dict.fromkeys(duty[seat].name for seat in seats))


def take(asking: Asking, number: int, version: int) -> Standing:
    """Claim the ticket that was looked at. Raises Refused where it has changed since, or is somebody else's."""
    minutes, moment = asking.writing.policy.desk.claim_minutes, asking.clock()

    def decide(standing: Standing) -> Change:
        return verbs.claim(standing, asking.actor, moment, minutes)

    return desk_store.act(asking.writing.database, number, decide, asking.actor, moment, version)


def compose(asking: Asking, number: int, template: str = "") -> str:
    """A whole letter to begin with: a kept draft, a ready-made answer, or an empty frame."""
    with asking.writing.database.begin() as connection:
        standing = desk_store.lock(connection, number)
        kept = "" if template else desk_store.draft_of(connection, number, asking.actor)
    return kept or letters.compose(asking.writing, standing, asking.actor, template=template)


def proposals(asking: Asking, row: Row) -> list[Ready]:
    """The answers of the library that fit the ticket, in its writer's words; empty for what is urgent."""
    today = asking.clock().astimezone(asking.writing.policy.hours.tz).date()
    return [] if row["urgent"] else library_reply.ready(asking.writing, row, from_library(row)[:MOST_PROPOSED], today)


def inform(asking: Asking, row: Row, answers: Sequence[Ready]) -> Queued:
    """Take a ticket as it was looked at, and answer it with answers of the library."""
    standing = take(asking, row["id"], row["version"])
    told = {each.id: each.question for each in answers}
    return library_reply.reply(asking.writing, row["id"], told, asking.actor, asking.clock(), version=standing.version)


def send(asking: Asking, standing: Standing, text: str) -> Queued:
    """Queue an answer to the ticket as it was taken."""
    return letters.send(asking.writing, standing.id, Answer(text), asking.actor, asking.clock(), standing.version)


def undo(asking: Asking) -> Undone:
    """Take back what the operator did last."""
    return undoing.undo(asking.writing, asking.actor, asking.clock())


def answers(asking: Asking, language: str) -> dict[str, str]:
    """Ready-made answers by name, with how each begins."""
    first = asking.writing.policy.town.languages[0]
    return ready_made(asking.writing.folders, language) or ready_made(asking.writing.folders, first)


def ready_words(asking: Asking, row: Row, name: str) -> str:
    """A ready-made answer as this citizen would read it, without greeting and closing."""
    values = letters.values_for(asking.writing, row["id"], row, asking.actor)
    first = asking.writing.policy.town.languages[0]
    return fill(asking.writing.folders, row["language"], name, values, first)


def correct(asking: Asking, number: int, version: int, **values: Any) -> None:
    """Set right what was misread."""
    _act(asking, number, version, lambda standing, _moment: verbs.correct(standing, values))


def note(asking: Asking, number: int, text: str) -> None:
    _act(asking, number, None, lambda standing, _moment: verbs.note(standing, text))


def close(asking: Asking, number: int, version: int, reason: str) -> None:
    _act(asking, number, version, lambda standing, moment: verbs.close(standing, asking.actor, moment, reason))


def release(asking: Asking, number: int) -> None:
    _act(asking, number, None, lambda standing, moment: verbs.release(standing, asking.actor, moment))


def snooze(asking: Asking, number: int, version: int, until: str) -> datetime:
    """Let a ticket rest; until when."""
    moment = read_moment(until, asking.writing.policy.hours, asking.clock())
    _act(asking, number, version, lambda standing, at: verbs.snooze(standing, asking.actor, moment, at))
    return moment


def forward(asking: Asking, number: int, spoc: str) -> None:
    """Pass a letter on."""
    letters.forward(asking.writing, number, spoc, "", asking.actor, asking.clock())


def _act(asking: Asking, number: int, version: int | None, decide: Any) -> None:
    moment = asking.clock()
    desk_store.act(
        asking.writing.database, number, lambda standing: decide(standing, moment), asking.actor, moment, version
    )


def is_news(error: Exception) -> bool:
    """Whether an error is a refusal which means that somebody must look again."""
    return isinstance(error, Refused) and ("changed since" in str(error) or "news since" in str(error))
