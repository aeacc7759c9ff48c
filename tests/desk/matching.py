"""A desk with matchmakers on the embedded mail server, at a time of its own, and people who answer its mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from mailbot.opening import Opened, open_desk
from mailbot.worker import run_once
from tests.desk.conftest import TestDesk

AN, BART = "an@leuvenhelpt.example", "bart@leuvenhelpt.example"
MATCHMAKERS = f"""matchmakers:
  - {{address: {AN}, name: An Peeters, districts: [Heverlee], languages: [nl, fr], coordinator: yes}}
"""
SECOND = f"  - {{address: {BART}, name: Bart Claes, districts: [Kessel-Lo], languages: [nl]}}\n"
VOUCHED = "Authentication-Results: mx.leuven.example; dmarc=pass header.from={domain}\r\n"
START = datetime(2020, 3, 16, 8, 30, tzinfo=UTC)
REQUEST = "Kan er iemand boodschappen doen voor mijn moeder van 81? Zij woont in Heverlee. Bel mij op 0470 00 00 11."
OFFER = "Ik ben student en wil graag boodschappen doen voor mensen in Heverlee. Mijn nummer is 0470 00 00 22."


@dataclass
class MatchingDesk:
    """The desk, its clock, and what has been read of each inbox."""

    desk: TestDesk
    now: datetime = START
    seen: dict[str, int] = field(default_factory=dict)
    opened: Opened | None = None

    @classmethod
    def of(cls, desk: TestDesk, *, second: bool = False) -> MatchingDesk:
        rules = desk.folder / "rules.yaml"
        matchmakers = MATCHMAKERS + (SECOND if second else "")
        rules.write_text(re.sub(r"(?m)^matchmakers: \[\].*\n", matchmakers, rules.read_text()))
        return cls(desk)

    def run(self, hours: float = 0) -> None:
        """Some time later, one round of the worker."""
        self.now += timedelta(hours=hours, minutes=1)
        if self.opened is None:
            self.opened = open_desk(self.desk.folder, lambda: self.now)
        assert run_once(self.opened)

    def mail(self, address: str) -> list[EmailMessage]:
        """What came into an inbox since the last look."""
        inbox = self.desk.mail.inboxes.get(address, [])
        new = inbox[self.seen.get(address, 0) :]
        self.seen[address] = len(inbox)
        return [message_from_bytes(each, policy=policy.default) for each in new]  # type: ignore[misc]

    def one(self, address: str, words: str = "") -> EmailMessage:
        """The only new mail of an inbox, or the only one with these words in its subject."""
        found = [each for each in self.mail(address) if words in each["Subject"]]
        assert len(found) == 1, [each["Subject"] for each in found]
        return found[0]

    def answer(
        self,
        mail: EmailMessage,
        words: str,
        sender: str,
        *,
        extra: str = "",
        subject: str = "",
        vouched: bool = True,
        copied: str = "",
    ) -> None:
        """Somebody presses Reply; `copied` is what their program shows of the mail, where that is not its text."""
        proof = VOUCHED.format(domain=sender.partition("@")[2]) if vouched else ""
        head = (
            f"Delivered-To: {mail['Reply-To']}\r\nIn-Reply-To: {mail['Message-ID']}\r\n"
            f"References: {mail['Message-ID']}\r\n{extra}"
        )
        title = subject or f"Re: {' '.join(mail['Subject'].split())}"
        quoted = "\n".join(f"> {line}" for line in (copied or text(mail)).splitlines())
        body = f"{words}\n\nOp ma 16 mrt. 2020 om 9:31 schreef Leuven Helpt:\n{quoted}\n" if words else ""
        self.desk.write(body, sender=sender, subject=title, extra=proof + head)

    def states(self) -> list[str]:
        return [state for (state,) in self.desk.rows("SELECT state FROM match ORDER BY id")]


def text(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def html(mail: EmailMessage) -> str:
    return mail.get_body(("html",)).get_content()
