"""A web form's output that comes as mail: told from other mail, read as a list of fields, its writer named. Pure.

Only what a server sent is read so; a person's own letter in lines such as `Naam: ...` stays a letter. The heads are
those of `forms:` in rules.yaml. An address in a field is one that somebody typed: it is answered as any unproven
sender is, and only where it is one single address that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailbot.intake.addresses import address, addresses
from mailbot.intake.forms import FormsPolicy, fold, heads_of
from mailbot.intake.headers import one_line
from mailbot.intake.marks import looks_sent_by_machine, reads_no_answers
from mailbot.intake.screen import Own, own_mark
from mailbot.model import Address, Kind, Letter, Machine, Screening

FREE = ("need", "wish")
ENOUGH = 3  # fields of the town's forms that make a letter a form's
MAX_TEXT = 100_000
MAX_VALUE = 300
SHORT_LINES = 3  # an address may be written over so many lines
MAY_BE = {None, Machine.AUTO_REPLY, Machine.NO_REPLY, Machine.BULK, Machine.OWN_LOOP}  # what a web server looks like
SCREENED = Screening(Kind.HUMAN, "a web form filled in by a person")
_MARKS = " \t*_#•·–-"
_LABELLED = re.compile(r"([^:\t\n]{1,60}+)[:\t](.*)")
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s*")
_ASIDE = re.compile(r"\([^()]*\)")
_FOOTER = re.compile(
    r"(?i)^\W*(?:deze e-?mail|dit bericht|dit formulier|ce message|cet? (?:e-?mail|courriel)|ce formulaire|"
    r"this (?:e-?mail|message|form))\b.{0,60}\b(?:verzonden|verstuurd|gestuurd|ingediend|envoy|soumis|sent|submitted)"
)


@dataclass(slots=True)
class _Field:
    """One head as written, the field it stands for (empty where the town names none), and the lines under it.

    One that `ended` takes no more lines.
    """

    name: str
    head: str
    lines: list[str] = field(default_factory=list)
    ended: bool = False

    def value(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as filled in: the value of each field, the heads that were read, every address given."""

    values: Mapping[str, str]
    heads: tuple[str, ...]
    emails: tuple[str, ...]

    def words(self) -> str:
        """What the writer asks or offers: the free text, after the choice that stands before it."""
        return "\n\n".join(self.values[name] for name in ("wish", "need") if name in self.values)


@dataclass(frozen=True, slots=True)
class FormLetter:
    """The letter as its writer's: `letter` for the file, `said` with the free text alone, and who is answered."""

    letter: Letter
    said: Letter
    filled: Filled
    because: str


def read_form(letter: Letter, screening: Screening, policy: FormsPolicy, own: Own) -> FormLetter | None:
    """The letter as filled in by its writer; None where no form's server sent it."""
    if screening.machine not in MAY_BE or letter.in_reply_to or letter.references or own_mark(letter, own):
        return None
    if not _is_from_server(letter, policy, own):
        return None
    filled = fields_of(letter.new_text, policy)
    if filled is None:
        return None
    writer, because = _writer(filled, letter, own)
    name = one_line(filled.values.get("name", ""))[:120]
    shown = writer or Address("", name)
    owned = replace(letter, sender=writer, author=shown, reply_to=None, forward=None, channel="form")
    return FormLetter(owned, replace(owned, new_text=filled.words()), filled, because)


def fields_of(text: str, policy: FormsPolicy) -> Filled | None:
    """The fields of a form's text; None where too few of them, or no question or offer, are in it."""
    found = [each for each in _fields(text[:MAX_TEXT], heads_of(policy)) if each.name and each.value()]
    values: dict[str, list[str]] = {}
    for each in found:
        value = each.value() if each.name in FREE else one_line(each.value())[:MAX_VALUE]
        words = f"{each.head}: {value}" if each.name == "wish" else value
        values.setdefault(each.name, []).append(words)
    if len(values) < ENOUGH or not values.keys() & set(FREE) or not values.keys() & {"name", "phone", "email"}:
        return None
    joined = {name: "\n".join(each) if name in FREE else each[0] for name, each in values.items()}
    return Filled(joined, tuple(dict.fromkeys(each.head for each in found)), tuple(values.get("email", ())))


def _fields(text: str, heads: Mapping[str, str]) -> Iterator[_Field]:
    """Cut a text at its heads. In free text only a head of the town's forms begins something new."""
    current: _Field | None = None
    for line in text.split("\n"):
        if _FOOTER.match(line[:200]):
            break
        begun = _begun(line, heads)
        if begun and (begun.name or current is None or current.name not in FREE):
            if current:
                yield current
            current = begun
        elif current:
            current = _go_on(current, line)
    if current:
        yield current


def _go_on(current: _Field, line: str) -> _Field:
    """A further line of a field; an empty line, or one too many, ends a short one."""
    if current.name in FREE:
        current.lines.append(line.strip())
        return current
    if line.strip() and len(current.lines) < SHORT_LINES and not current.ended:
        current.lines.append(line.strip())
    elif current.name and current.lines:
        current.ended = True
    return current


def _begun(line: str, heads: Mapping[str, str]) -> _Field | None:
    """The field that a line begins: `Naam: Jan`, `*Naam*: Jan`, two cells of a table, or a head alone."""
    bare = line.strip(_MARKS)
    if not bare or line.lstrip().startswith(">"):
        return None
    alone = _named(bare[:60], heads) if len(bare) <= 60 else ""
    if alone:
        return _Field(alone, bare.rstrip(": "))
    labelled = _LABELLED.fullmatch(bare)
    if not labelled:
        return None
    head, value = labelled.group(1).strip(_MARKS), labelled.group(2).strip().lstrip(":").strip()
    return _Field(_named(head, heads), head, [value.strip("*_ ")] if value.strip("*_ ") else [])


def _named(head: str, heads: Mapping[str, str]) -> str:
    plain = _NUMBERED.sub("", head)
    return heads.get(fold(plain).rstrip(" -")) or heads.get(fold(_ASIDE.sub("", plain)).rstrip(" -")) or ""


def _is_from_server(letter: Letter, policy: FormsPolicy, own: Own) -> bool:
    """Whether a server sent it: one that the town names, else any that says so or lets answers go elsewhere."""
    writer = letter.author.email if letter.author else ""
    if policy.senders:
        return writer in policy.senders or writer.rpartition("@")[2] in policy.senders
    elsewhere = letter.reply_to is not None and letter.reply_to.email != writer
    return elsewhere or is_own(writer, own) or looks_sent_by_machine(letter)


def _writer(filled: Filled, letter: Letter, own: Own) -> tuple[Address | None, str]:
    """Whom to answer, and why: the one address typed into the form, else the one the server put into Reply-To."""
    typed = {made.email if (made := address(each)) else "" for each in filled.emails}
    replies = addresses(letter.headers.get("reply-to", ()))
    if len(typed) > 1 or "" in typed:
        return None, "the form gives no single address; nobody is answered by mail"
    email = next(iter(typed)) if typed else replies[0].email if len(replies) == 1 else ""
    if not email:
        return None, "the form gives no address; nobody is answered by mail"
    if is_own(email, own) or reads_no_answers(email):
        return None, f"{email} is no writer's address; nobody is answered by mail"
    because = f"answers go to the form's {'e-mail field' if typed else 'Reply-To'}, unproven"
    return address(email, filled.values.get("name", "")), because


def is_own(email: str, own: Own) -> bool:
    """Whether an address is one of ours, with or without a plus-extension."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own.addresses or email.lower() in own.addresses
