"""Pictures of the full screen for the operators' guide, drawn by the running program on a desk of invented letters.

python -m bench.screens [FOLDER]     writes docs/screens/*.svg, or into FOLDER
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from mailbot import steps
from mailbot.cli.setup import make_folder
from mailbot.intake import store as intake
from mailbot.intake.source import Fetched
from mailbot.opening import open_desk, open_writing
from mailbot.place import database_url
from mailbot.screen.app import Triage
from mailbot.screen.looking import Asking
from mailbot.screen.words import CATALOGUE
from mailbot.tickets import desk_store, verbs

ROOT = Path(__file__).parent.parent
BEGUN = datetime(2020, 3, 16, 8, 30, tzinfo=UTC)
LETTERS = (
    (0, "Maria Peeters", "boodschappen", "Wie kan er deze week boodschappen doen voor mijn vader in Kessel-Lo? Hij is 81 en mag niet buiten. Bel gerust: 0470 00 00 15.\n\nMaria"),
    (2, "Jef Claes", "creche", "Is de crèche in Heverlee deze week nog open? Ik werk in het ziekenhuis."),
    (20, "Lotte Wouters", "ik help graag", "Ik ben student en wil graag helpen met boodschappen in Heverlee. Ik heb een fiets."),
    (95, "Rik Smets", "hond", "Ik zit in quarantaine. Kan er iemand met mijn hond gaan wandelen in Wilsele?"),
    (110, "Nora El Amrani", "moeder zonder eten", "Mijn moeder heeft sinds gisteren geen eten meer in huis en kan niet buiten. Kan er vandaag iemand komen? Ze woont in Leuven, mijn nummer is 0470 00 00 16."),
)  # fmt: skip
NOW = BEGUN + timedelta(minutes=130)
# name of the picture, language, keys pressed before it is taken
PICTURES = (
    ("queue", "en", ()),
    ("queue-nl", "nl", ("down",)),
    ("correct", "en", ("down", "c")),
    ("answers", "en", ("down", "t")),
    ("sent", "en", ("down", "a")),
    ("library", "en", ("slash", *"creche", "enter")),
)


def make_desk(folder: Path) -> None:
    """A desk whose letters came in on the morning of 16 March 2020; one is in a colleague's hands."""
    make_folder(folder, {"leuven_helpt": "leuven.helpt@leuven.example"}, "127.0.0.1", "127.0.0.1", date(2020, 3, 13))
    for password in ("leuven_helpt.password", "smtp.password"):
        (folder / password).write_text("none")
    for number, (minutes, name, subject, text) in enumerate(LETTERS, 1):
        at = BEGUN + timedelta(minutes=minutes)
        opened = open_desk(folder, lambda at=at: at)
        head = f"From: {name} <b{number}@mailhuis.example>\r\nTo: leuven.helpt@leuven.example\r\nSubject: {subject}\r\n"
        octets = (
            f"{head}Message-ID: <{number}@mailhuis.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
        )
        intake.open_folder(opened.office.database, "leuven_helpt", 1, number)
        fetched = [Fetched(uid=number, octets=octets.encode(), arrived_at=at, size=len(octets))]
        intake.keep(opened.office.database, intake.Batch("leuven_helpt", 1, fetched, []), BEGUN - timedelta(days=1), at)
        steps.judge(opened.office)
        opened.office.database.close()
    writing = open_writing(folder)
    desk_store.act(writing.database, 2, lambda ticket: verbs.claim(ticket, "jan", NOW, 20), "jan", NOW)
    desk_store.act(writing.database, 1, lambda ticket: verbs.note(ticket, "Dochter belt terug na 17 uur."), "els", NOW)
    writing.database.close()


async def opened(app: Triage, pilot: Pilot[None]) -> None:
    """Wait for what is loaded behind the screen."""
    while not app.is_open and app.refusal is None:
        await pilot.pause(0.01)
    await app.workers.wait_for_complete()
    await pilot.pause()


def picture(folder: Path, language: str, keys: tuple[str, ...]) -> str:
    """The screen as SVG after some keys, at eighty columns and twenty-four lines."""
    writing = open_writing(folder)
    app = Triage(Asking(lambda: writing, folder, "an", database_url(folder), lambda: NOW), CATALOGUE[language])

    async def driven() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(app, pilot)
            for key in keys:
                await pilot.press(key)
                await app.workers.wait_for_complete()
                await pilot.pause()
            return app.export_screenshot(title="mailbot triage")

    try:
        return asyncio.run(driven())
    finally:
        writing.database.close()


def draw(into: Path) -> None:
    """Draw every picture."""
    os.environ["TZ"] = "Europe/Brussels"
    time.tzset()
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="mailbot-screens-") as made:
        folder = Path(made) / "desk"
        make_desk(folder)
        for name, language, keys in PICTURES:
            (into / f"{name}.svg").write_text(picture(folder, language, keys), encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens")
