"""Small windows over the screen: a choice from a list, a line to write, the editor. Each answers with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from mailbot.cli.acting import edited
from mailbot.model import MailbotError


class Choice(ModalScreen[str | None]):
    """One of several: `options` by name, with the words shown for each. A first letter typed goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, options: Mapping[str, str], hint: str, chosen: str = "") -> None:
        super().__init__()
        self._title, self._options, self._hint, self._chosen = title, options, hint, chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="window"):
            yield Static(self._title, classes="title", markup=False)
            yield OptionList(
                *(Option(_shown(name, words), id=name) for name, words in self._options.items()), markup=False
            )
            yield Static(self._hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        names = list(self._options)
        options = self.query_one(OptionList)
        options.highlighted = names.index(self._chosen) if self._chosen in names else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)


class Line(ModalScreen[str | None]):
    """One line to write."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, hint: str, text: str = "") -> None:
        super().__init__()
        self._title, self._hint, self._text = title, hint, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="window"):
            yield Static(self._title, classes="title", markup=False)
            yield Input(self._text)
            yield Static(self._hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


def _shown(name: str, words: str) -> str:
    return words if words.startswith(name) else f"{name}: {words}" if words else name


def in_editor(screen: App[None], start: str, letter: str) -> str:
    """What the operator wrote in $EDITOR. The screen comes back before an error is told, or it would stay dark."""
    outcome: str | MailbotError
    with screen.suspend():
        try:
            outcome = edited(start, letter)
        except MailbotError as error:
            outcome = error
    if isinstance(outcome, MailbotError):
        raise outcome
    return outcome
