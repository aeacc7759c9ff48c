"""The full screen: queue on the left, letter on the right, keys below. Decides nothing; `asking` does the verbs.

It opens with what `looking` reads; `asking`, and all that letters are written with, is loaded behind the open screen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mailbot.cli.terminal import local
from mailbot.model import Intent, MailbotError
from mailbot.screen import looking
from mailbot.screen.behind import desk
from mailbot.screen.dialogs import Choice, Line, in_editor
from mailbot.screen.letter import (
    answers_text,
    head_text,
    keys_text,
    library_text,
    proposal_text,
    queue_line,
    ticket_text,
)
from mailbot.screen.looking import Asking
from mailbot.screen.words import KEYS, Words
from mailbot.storage.reading import Row
from mailbot.tickets.proposals import best_of_each, proposed_answer
from mailbot.triage.names import CATEGORIES

if TYPE_CHECKING:
    from mailbot.library_reply import Ready

LOOK_SECONDS = 3


class Triage(App[None]):
    """One operator's screen. Every deed takes the ticket as it was shown, and is refused where it has changed."""

    CSS_PATH = "triage.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, asking: Asking, words: Words) -> None:
        super().__init__()
        self._asking, self._words, self._filter = asking, words, ""
        self._rows: dict[int, Row] = {}
        self._shown: Row | None = None
        self._answers: Sequence[Ready] = ()
        self._duty: Sequence[str] = ()
        self.is_open = False
        self.refusal: MailbotError | None = None
        for key, name in KEYS:
            self._bindings.bind(key, name, words[name], show=False)
        for place in range(1, looking.MOST_PROPOSED + 1):
            self._bindings.bind(str(place), f"answer({place})", words["accept"], show=False)

    def compose(self) -> ComposeResult:
        yield Static("", id="head", markup=False)
        with Horizontal():
            yield OptionList(id="queue", markup=False)
            with Vertical(id="right"):
                with VerticalScroll(id="letter"):
                    yield Static(self._words["nothing_here"], id="ticket", markup=False)
                yield Static("", id="proposal", markup=False)
        yield Static("", id="told", markup=False)
        yield Static("", id="keys", markup=False)

    async def on_mount(self) -> None:
        self.title = self._words["title"]
        await self.look()
        self.query_one("#queue", OptionList).focus()
        self.call_after_refresh(lambda: self.run_worker(self._open(), group="opening"))

    async def _open(self) -> None:
        """Load what deeds are done with, then show what only that knows; a desk that is wrong ends the screen."""
        try:
            await asyncio.to_thread(lambda: self._asking.writing)
        except MailbotError as error:
            self.refusal = error
            self.exit()
            return
        self.is_open = True
        await self.look()
        if self._shown:
            await self._propose(self._shown)
        self.set_interval(LOOK_SECONDS, self.look)

    def on_resize(self, event: Resize) -> None:
        self.query_one("#keys", Static).update(keys_text(KEYS, self._words, event.size.width))

    async def look(self) -> None:
        """Read the queue again; the letter that is being read stays where it is."""
        try:
            rows = await asyncio.to_thread(looking.queue, self._asking, self._filter.split())
            self._duty = await asyncio.to_thread(desk.on_duty, self._asking) if self.is_open else ()
        except MailbotError as error:
            self.tell(str(error))
            return
        arrived = [row["id"] for row in rows if row["id"] not in self._rows] if self._rows else []
        self._rows = {row["id"]: row for row in rows}
        self._fill()
        if arrived:
            self.tell(self._words["news"].format(count=len(arrived)))
            if any(self._rows[number]["urgent"] for number in arrived):
                self.bell()

    def _fill(self) -> None:
        queue, moment = self.query_one("#queue", OptionList), self._asking.clock()
        kept, place = self._number(), queue.highlighted or 0
        options = [
            Option(queue_line(row, self._words, self._asking.actor, moment), id=str(number))
            for number, row in self._rows.items()
        ]
        queue.set_options(options)
        numbers = list(self._rows)
        if numbers:
            queue.highlighted = numbers.index(kept) if kept in numbers else min(place, len(numbers) - 1)
        else:
            self._shown, self._answers = None, ()
            self.query_one("#ticket", Static).update(self._words["nothing"])
            self.query_one("#proposal", Static).update("")
        head = head_text(self._rows.values(), self._duty, self._words, self._asking.actor)
        self.query_one("#head", Static).update(head)

    def _number(self) -> int | None:
        return int(self._shown["id"]) if self._shown else None

    async def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_list.id == "queue" and event.option.id is not None:
            await self.show(int(event.option.id))

    async def show(self, number: int) -> None:
        """Bring one ticket to the right-hand side."""
        row = self._rows.get(number)
        if self._shown and row and self._shown["id"] == number and self._shown["version"] == row["version"]:
            return
        found = await asyncio.to_thread(looking.ticket, self._asking, number)
        if found is None:
            return
        is_other = self._number() != number
        self._shown = found
        if self.is_open:
            await self._propose(found)
        else:
            self.query_one("#ticket", Static).update(self._text(found))
        if is_other:
            self.query_one("#letter", VerticalScroll).scroll_home(animate=False)

    def _text(self, row: Row) -> Text:
        return ticket_text(row, self._words, self._asking.actor, self._asking.clock())

    async def _propose(self, row: Row) -> None:
        """The letter, with the answers that fit it and what one key sends."""
        self._answers = await asyncio.to_thread(desk.proposals, self._asking, row)
        text = self._text(row)
        text.append_text(answers_text(self._answers, self._words))
        self.query_one("#ticket", Static).update(text)
        self.query_one("#proposal", Static).update(self._proposal(row))

    def _proposal(self, row: Row) -> Text:
        """What one key sends: answers of the library, else a ready-made one."""
        if self._answers:
            return library_text(self._answers, self._best(), self._words)
        name = proposed_answer(row)
        words = desk.ready_words(self._asking, row, name) if name else ""
        return proposal_text(name, words, self._words)

    def _best(self) -> list[str]:
        """The answers that `a` sends: the likeliest to each question, of those that can be sent."""
        return best_of_each([asdict(each) for each in self._answers if not each.refused])

    def tell(self, text: str) -> None:
        """Say something in the line above the keys."""
        self.query_one("#told", Static).update(text)

    async def _do(self, deed: Callable[[Row], Awaitable[str] | str]) -> None:
        """Do something with the ticket that is shown, tell what became of it, and look again."""
        if self._shown is None:
            return
        shown = self._shown
        try:
            done = deed(shown)
            told = done if isinstance(done, str) else await done
        except MailbotError as error:
            told = self._words["not_alone"].format(number=shown["id"]) if desk.is_news(error) else str(error)
        self._shown = None if self._shown is shown and told else self._shown
        await self.look()
        self.tell(told)

    def action_accept(self) -> None:
        if self._answers:
            self._inform([each for each in self._answers if each.id in self._best()])
            return
        name = proposed_answer(self._shown) if self._shown else ""
        if not name:
            self.tell(self._words["no_proposal"])
            return
        self.run_worker(self._do(lambda row: self._answer(row, name)), exclusive=True)

    def action_answer(self, place: int) -> None:
        """Send one answer of the library, by its place in the list."""
        self._inform(self._answers[place - 1 : place])

    def _inform(self, answers: Sequence[Ready]) -> None:
        refused = next((each.refused for each in answers if each.refused), "")
        if refused or not answers:
            self.tell(refused or self._words["no_proposal"])
            return

        def sent(row: Row) -> str:
            desk.inform(self._asking, row, answers)
            return self._sent(row)

        self.run_worker(self._do(sent), exclusive=True)

    def action_template(self) -> None:
        if self._shown is None:
            return
        known = desk.answers(self._asking, self._shown["language"])
        window = Choice(self._words["which_answer"], known, self._words["cancel"], proposed_answer(self._shown))
        self._ask(window, lambda name: lambda row: self._answer(row, name))

    def _answer(self, row: Row, template: str) -> str:
        standing = desk.take(self._asking, row["id"], row["version"])
        desk.send(self._asking, standing, desk.compose(self._asking, row["id"], template))
        return self._sent(row)

    def _sent(self, row: Row) -> str:
        seconds = self._asking.writing.policy.desk.undo_seconds
        return self._words["sent"].format(number=row["id"], seconds=seconds)

    def action_write(self) -> None:
        self.run_worker(self._do(self._write), exclusive=True)

    def _write(self, row: Row) -> str:
        """Take the ticket, let the operator write in $EDITOR, and send what came of it."""
        if not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
            return self._words["editor"]
        standing = desk.take(self._asking, row["id"], row["version"])
        start = desk.compose(self._asking, row["id"])
        letter = row["letters"][-1]["text"] if row["letters"] else ""
        desk.send(self._asking, standing, in_editor(self, start, letter))
        return self._sent(row)

    def action_correct(self) -> None:
        options = {str(intent): self._words[intent] for intent in Intent}
        window = Choice(self._words["which_intent"], options, self._words["cancel"], self._of("intent"))
        self._ask(window, lambda intent: lambda row: self._correct(row, intent=intent))

    def action_category(self) -> None:
        window = Choice(self._words["which_category"], dict.fromkeys(CATEGORIES, ""), self._words["cancel"])
        self._ask(window, lambda name: lambda row: self._correct(row, categories=[name]))

    def action_urgent(self) -> None:
        self.run_worker(self._do(lambda row: self._correct(row, urgent=not row["urgent"])), exclusive=True)

    def _correct(self, row: Row, **values: Any) -> str:
        desk.correct(self._asking, row["id"], row["version"], **values)
        return self._words["corrected"].format(number=row["id"])

    def _of(self, name: str) -> str:
        return str(self._shown[name]) if self._shown else ""

    def action_snooze(self) -> None:
        moments = {name: self._words[name] for name in ("30m", "2h", "tomorrow", "3d")}
        window = Choice(self._words["which_moment"], moments, self._words["cancel"])
        self._ask(window, lambda until: lambda row: self._snooze(row, until))

    def _snooze(self, row: Row, until: str) -> str:
        moment = desk.snooze(self._asking, row["id"], row["version"], until)
        return self._words["snoozed"].format(number=row["id"], until=local(moment))

    def action_forward(self) -> None:
        window = Choice(self._words["which_spoc"], self._asking.writing.policy.spocs, self._words["cancel"])
        self._ask(window, lambda spoc: lambda row: self._forward(row, spoc))

    def _forward(self, row: Row, spoc: str) -> str:
        desk.forward(self._asking, row["id"], spoc)
        return self._words["forwarded"].format(number=row["id"], spoc=spoc)

    def action_note(self) -> None:
        window = Line(self._words["what_to_note"], self._words["cancel"])
        self._ask(window, lambda text: lambda row: self._note(row, text))

    def _note(self, row: Row, text: str) -> str:
        desk.note(self._asking, row["id"], text)
        return self._words["noted"].format(number=row["id"])

    def action_close(self) -> None:
        window = Line(self._words["why_close"], self._words["cancel"])
        self._ask(window, lambda reason: lambda row: self._close(row, reason))

    def _close(self, row: Row, reason: str) -> str:
        desk.close(self._asking, row["id"], row["version"], reason)
        return self._words["closed"].format(number=row["id"])

    def action_release(self) -> None:
        def give_back(row: Row) -> str:
            desk.release(self._asking, row["id"])
            return self._words["released"].format(number=row["id"])

        self.run_worker(self._do(give_back), exclusive=True)

    async def action_undo(self) -> None:
        try:
            done = desk.undo(self._asking)
            told = self._words["undone" if done.kind == "answered" else "as_it_was"].format(number=done.ticket)
        except MailbotError as error:
            told = str(error)
        await self.look()
        self.tell(told)

    def action_find(self) -> None:
        async def find(words: str | None) -> None:
            if words is not None:
                self._filter, self._shown = words, None
                await self.look()

        self.push_screen(Line(self._words["what_to_find"], self._words["cancel"], self._filter), find)

    def _ask(self, window: Choice | Line, deed: Callable[[str], Callable[[Row], str]]) -> None:
        """Open a window over the ticket that is shown, and do the deed with what was chosen."""

        async def chosen(answer: str | None) -> None:
            if answer is not None:
                await self._do(deed(answer))

        if self._shown is not None:
            self.push_screen(window, chosen)
