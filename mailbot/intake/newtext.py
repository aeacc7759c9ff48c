"""The writer's new words, told from the mail they answer: a view, line by line, in linear time.

What is cut is never lost: the full text stays on the letter. Of an answer between quoted rows the writer's own lines
are kept, and so are signatures, for telephone numbers live there. What the programs write is in `clients`.
"""

from __future__ import annotations

import re

from mailbot.intake.clients import ADVERTISING, DIVIDER, HAS_WROTE, OPENING, REPLY_ABOVE, header_of

MAX_LINES = 20_000
_LOOK_AHEAD = 4  # an attribution may be broken over this many lines
_LONGEST = 600  # letters of an attribution with all its lines
_FEW_QUOTES = 3  # fewer marked lines than this, and no attribution, are the writer's own list
_MAIL = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{1,80}")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時点]\s?\d\d")
_MOMENT = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}\s?[:.h]\s?\d\d|\d年")
_ENDS = re.compile(r"[:：][\s*>_-]*$|\bwrote\b[\s.*>-]*$|----\s*$")
_LAST_LETTERS = frozenset(":：*>_-.e")
_RULE = re.compile(r"^\s*(?:(?:[-_=~*#+—–─]\s?){2,}|—)\s*$")
_GMT_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d \S|posted by .{1,80} on \d\d/\d\d/\d{4}$", re.IGNORECASE
)
_MAY_END = re.compile(r"[:：]|--|__|==|~~|[—–]|lijn|line\b|ligne|message\b|邮件", re.IGNORECASE)
_LIST_FOOTER = re.compile(r"^_{20,}$")
_LIST_WORDS = re.compile(r"mailing ?list|mailinglijst|diffusion|unsubscribe|uitschrijven|listinfo", re.IGNORECASE)


def cut(text: str) -> str:
    """The lines that the writer added; the whole text where nothing else is found in it."""
    lines = text.split("\n")[:MAX_LINES]
    attributions = {at: count for at in range(len(lines)) if (count := _attribution(lines, at))}
    quoted = [_is_quoted(line) for line in lines]
    if not attributions and sum(quoted) < _FEW_QUOTES and not _is_old_mail(lines, quoted):
        quoted = [False] * len(lines)
    return _tidied(_own_lines(lines, attributions, quoted))


def _is_old_mail(lines: list[str], quoted: list[bool]) -> bool:
    """Whether a few marked rows are earlier mail: its writer is named in them, or they end the letter, set apart."""
    at = [number for number, is_quoted in enumerate(quoted) if is_quoted]
    if any(_attribution([lines[number].lstrip("> ")], 0) for number in at):
        return True
    return bool(at) and at[0] > 0 and not lines[at[0] - 1].strip() and not any(map(str.strip, lines[at[-1] + 1 :]))


def _own_lines(lines: list[str], attributions: dict[int, int], quoted: list[bool]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if quoted[at]:
            at += 1
        elif at in attributions:
            at += attributions[at]
            if any(kept) and not _next_is_quoted(lines, at):
                break  # an attribution above unmarked text: all below it is the old mail
        elif _ends_here(lines, at):
            break
        else:
            if not ADVERTISING.match(line[:200]) and not _RULE.match(line[:200]):
                kept.append(line.rstrip())
            at += 1
    return kept


def _ends_here(lines: list[str], at: int) -> bool:
    """Whether nothing below is the writer's: an unmarked older mail, a mark of ours, a list's footer."""
    line = lines[at][:200]
    if not _MAY_END.search(line):
        return False
    if DIVIDER.match(line) or REPLY_ABOVE.search(line):
        return True
    if _LIST_FOOTER.match(line.strip()) and _LIST_WORDS.search(" ".join(lines[at + 1 : at + 4])[:300]):
        return True
    return _is_header_block(lines, at + 1 if _RULE.match(line) else at)


def _tidied(lines: list[str]) -> str:
    """Lines without gaps of more than one at the places where quotes stood."""
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _is_quoted(line: str) -> bool:
    return line.lstrip(" \t\u00a0").startswith(">") or line.startswith("|>")


def _next_is_quoted(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _is_quoted(following)


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here are "On … wrote:"; 0 where they are not."""
    first = lines[at][:_LONGEST].strip()
    if not first or first[0] == ">":
        return 0
    if _GMT_LINE.match(first):
        return 1
    opens = OPENING.match(first) is not None
    if not opens and first[-1] not in _LAST_LETTERS:
        return 0
    joined = ""
    for count, line in enumerate(lines[at : at + (_LOOK_AHEAD if opens else 1)], 1):
        if not line.strip() or len(joined) + len(line) > _LONGEST or (count > 1 and _is_quoted(line)):
            return 0
        joined = f"{joined} {line.strip()}".lstrip()
        above_quote = _next_is_quoted(lines, at + count)
        if _ENDS.search(joined[-20:]) or (above_quote and joined[-1] == ">"):
            return count if _is_attribution(joined, opens, above_quote) else 0
    return 0


def _is_attribution(line: str, opens: bool, above_quote: bool) -> bool:
    """Whether a line names who wrote what follows: a verb, a moment and an address in some language, or two of them."""
    wrote = HAS_WROTE.search(line) is not None
    mail = _MAIL.search(line) is not None
    moment = _MOMENT.search(line) is not None
    if wrote and moment:
        return mail or above_quote or (opens and _CLOCK.search(line) is not None)
    if wrote:
        return above_quote or (mail and len(line) < 160)
    return mail and moment and (opens or above_quote)


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether a client's copy of a header stands here: From, and two others of when, to whom and what about."""
    end = min(len(lines), at + 4)
    while at < end and not lines[at].strip():
        at += 1
    if at >= len(lines) or not header_of(lines[at])[0]:
        return False
    names: list[str] = []
    wrapped = 0
    for line in lines[at : at + 12]:
        name, _ = header_of(line)
        wrapped = 0 if name else wrapped + 1
        if name:
            names.append(name)
        elif not line.strip() or wrapped > 2:
            break
    found = set(names)
    if "from" not in found or len(found) < 3:
        return False
    return "subject" in found or (names[0] == "from" and {"date", "to"} <= found)
