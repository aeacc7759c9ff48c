"""One ticket as the screen shows it: what mailbot reads, the letter with its deciding sentence lit, what it proposes.

Pure: from a row to styled text. Everything from outside is made harmless first; nothing in it is a link.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from mailbot.cli.terminal import ago, local, safe
from mailbot.screen.words import Words

if TYPE_CHECKING:
    from mailbot.library_reply import Ready

DECIDING, URGENT, DIM, HEAD = "black on bright_yellow", "bold white on red", "dim", "bold"
MOST_LETTER = 6_000
MOST_SURE = 0.99  # nobody is ever wholly sure
Row = Mapping[str, Any]


def head_text(rows: Collection[Row], duty: Collection[str], words: Words, actor: str) -> str:
    """The head line: who works here, what waits, and who is on duty in this shift."""
    urgent, late = (sum(bool(row["urgent"]) for row in rows), sum(row["promise"] == "late" for row in rows))
    told = words["queue"].format(count=len(rows), urgent=urgent, late=late)
    named = [f"{words['on_duty']}: {', '.join(safe(each) for each in duty)}"] if duty else []
    return " · ".join([words["title"], safe(actor), told, *named])


def queue_line(row: Row, words: Words, actor: str, now: datetime) -> Text:
    """One line of the queue, thirty columns wide: urgency, number, what, how long, whose."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append("!" if row["urgent"] else " ", URGENT if row["urgent"] else "")
    line.append(f"{row['id']:>5} ", HEAD)
    line.append(f"{words[row['intent']]:<9.9} ")
    waited = ago(now - (row["waits_since"] or row["created_at"]))
    line.append(f"{' '.join(waited.split()[:2]):>6.6} ", _lateness(row))
    line.append(_whose(row, actor, now), "italic")
    line.append(f"\n       {safe(row['requester_name'] or row['requester_email'])[:21]}", DIM)
    return line


def _lateness(row: Row) -> str:
    return {"late": "bold red", "at risk": "yellow"}.get(str(row.get("promise", "")), "")


def _whose(row: Row, actor: str, now: datetime) -> str:
    lives = row["claimed_until"] and row["claimed_until"] > now
    if lives:
        return "*" if row["claimed_by"] == actor else safe(str(row["claimed_by"]))[:6]
    return f"({safe(row['assigned_to'])[:4]})" if row["assigned_to"] else ""


def ticket_text(ticket: Row, words: Words, actor: str, now: datetime) -> Text:
    """The right-hand side: facts, then the letters, newest first, then notes and our own mail."""
    text = Text()
    text.append(f"#{ticket['id']} ", HEAD)
    if ticket["urgent"]:
        text.append(f" {words['urgent'].upper()} ", URGENT)
        text.append(" ")
    text.append(f"{safe(ticket['subject'])[:60]}\n", HEAD)
    for name, value in _facts(ticket, words, actor, now):
        text.append(f"{name:>10}  ", DIM)
        text.append(f"{safe(value)}\n")
    for letter in reversed(ticket["letters"]):
        text.append_text(_letter(letter, words))
    text.append_text(_notes(ticket, words))
    return text


def _facts(ticket: Row, words: Words, actor: str, now: datetime) -> Iterable[tuple[str, str]]:
    kinds = ", ".join(ticket["about"])
    reading = words[ticket["intent"]] + (f": {kinds}" if kinds else "")
    behalf = f", {words['for_other']}" if ticket["on_behalf"] else ""
    yield words["reads"], f"{reading}{behalf} ({ticket['confidence']:.0%})"
    yield words["from"], f"{ticket['requester_name']} {ticket['requester_email']}".strip()
    for name in ("phone", "place"):
        if ticket[name]:
            yield words[name], str(ticket[name])
    yield words["language"], str(ticket["language"])
    whose = _hand(ticket, words, actor, now)
    if whose:
        yield "", whose


def _hand(ticket: Row, words: Words, actor: str, now: datetime) -> str:
    if ticket["claimed_until"] and ticket["claimed_until"] > now:
        mine = ticket["claimed_by"] == actor
        return words["mine"] if mine else words["held"].format(name=ticket["claimed_by"])
    return words["given"].format(name=ticket["assigned_to"]) if ticket["assigned_to"] else ""


def _letter(letter: Row, words: Words) -> Text:
    shown = letter["new_text"] or letter["text"]
    body = Text(safe(shown.strip()[:MOST_LETTER], lines=True))
    for sentence, style in lit_sentences(letter["verdict"].get("reasons", [])):
        body.highlight_words([safe(sentence, lines=True)], style)
    writer = safe(letter["sender_name"] or letter["sender_email"])
    text = Text()
    text.append(f"\n── {local(letter['arrived_at'])}  {writer}\n", DIM)
    text.append_text(body)
    text.append("\n")
    if len(shown.strip()) < len(letter["text"].strip()):
        text.append(f"{words['quoted']}\n", DIM)
    for reason in _first_of_each(letter["verdict"].get("reasons", [])):
        text.append(f"{words['why']:>10}  {reason['about']} {safe(str(reason['value']))}: ", DIM)
        text.append(f"{safe(reason['because'])}\n", DIM)
    return text


def _first_of_each(reasons: Iterable[Row]) -> list[Row]:
    """The strongest reason for each thing that was concluded; the rest is in `mailbot show`."""
    first: dict[str, Row] = {}
    for reason in reasons:
        first.setdefault(str(reason["about"]), reason)
    return list(first.values())[:4]


def lit_sentences(reasons: Iterable[Row]) -> Iterable[tuple[str, str]]:
    """The sentence that decided, and every one that makes it urgent."""
    told = [reason for reason in reasons if reason.get("sentence")]
    intents = [reason for reason in told if reason["about"] == "intent"]
    if intents:
        yield intents[0]["sentence"], DECIDING
    for reason in told:
        if reason["about"] == "urgent":
            yield reason["sentence"], URGENT


def _notes(ticket: Row, words: Words) -> Text:
    text = Text()
    notes = [event for event in ticket["events"] if event["kind"] == "note"]
    if notes:
        text.append(f"\n── {words['notes']}\n", DIM)
    for event in notes:
        text.append(f"{local(event['at'])} {safe(event['actor'])}: {safe(str(event['details'].get('text', '')))}\n")
    mails = [mail for mail in ticket["mails"] if mail["purpose"] != "alert"]
    if mails:
        text.append(f"\n── {words['our_mail']}\n", DIM)
    for mail in mails:
        text.append(f"{local(mail['sent_at'] or mail['created_at'])} {mail['purpose']}: {mail['state']}\n")
    return text


def keys_text(keys: Iterable[tuple[str, str]], words: Words, width: int) -> Text:
    """Every key with its word, in as many lines of a terminal so wide as are needed; no word leaves its key."""
    signs = {"exclamation_mark": "!", "slash": "/"}
    text, used = Text(), 0
    for key, name in keys:
        sign = signs.get(key, key)
        length = len(sign) + len(words[name]) + 3
        if used + length > width:
            text.append("\n")
            used = 0
        text.append(f" {sign} ", "bold")
        text.append(f"{words[name]} ")
        used += length
    return text


def proposal_text(name: str, begins: str, words: Words) -> Text:
    """The line that says what one key would send."""
    text = Text()
    if not name:
        return text.append(words["no_proposal"], DIM)
    text.append(f"{words['proposal']}: ", DIM)
    text.append(f"{name}  ", HEAD)
    return text.append(safe(begins))


def library_text(answers: Sequence[Ready], best: Collection[str], words: Words) -> Text:
    """The answers of the library that fit, each with its key, how sure it is, and why; lit, what `a` sends."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for place, each in enumerate(answers, 1):
        keys = f"a {place}" if each.id in best else f"  {place}"
        text.append("\n" if place > 1 else "")
        text.append(f"{keys} ", HEAD)
        text.append(f"{min(each.sure, MOST_SURE):4.0%} ")
        text.append(safe(each.id), HEAD if each.id in best else "")
        text.append(f"  {safe(each.refused or words['why'] + ' ' + each.why.partition(';')[0])}", DIM)
    return text


def answers_text(answers: Sequence[Ready], words: Words) -> Text:
    """The same answers in full, below the letter: what the citizen would read, and the rule it rests on."""
    text = Text()
    for place, each in enumerate(answers, 1):
        if each.text:
            text.append(f"\n── {words['proposal']} {place}: {safe(each.id)}\n", DIM)
            text.append(f"{safe(each.text, lines=True)}\n")
            text.append(f"{words['rests_on']}: {safe(each.source)}\n", DIM)
    return text
