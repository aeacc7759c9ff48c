"""HTML and text/enriched to the text that a reader would see, in linear time. Keeps no markup, fetches nothing.

Quoted mail inside comes out with `> ` before each line, as in plain text, so that one cutter serves both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 1_000_000
MAX_NODES = 100_000
MAX_QUOTE = 5
MAX_DEPTH = 1_000
SURELY_QUICK = 20_000  # letters of HTML that no shape makes slow
_MARK = "> "
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tr", "ul"
    }
)
_APART = frozenset({"p", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "hr"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])|visibility\s*:\s*hidden", re.IGNORECASE
)
_KEPT_SPACE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_QUOTE_CLASS = re.compile(r"\b(?:gmail_quote|moz-cite|protonmail_quote|tutanota_quote|mailru-blockquote)\b")
_QUOTE_BOX = re.compile(r"\b(?:yahoo_quoted|zmail_extra|mail-editor-reference-message-container)\b")
_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")
_CROSSED = frozenset({"s", "strike", "del"})
_CELL = "\x1f"  # between two cells of a table, until the line is laid out; then a tab
_CELLS = re.compile(r" ?\x1f[ \x1f]*+")
_INVISIBLE = re.compile(r"[\u00ad\u034f\u200b\u200c\u2060\ufeff]+")
# A start tag with more than two thousand attributes, read as the standard reads them (HTML, 13.2.5.32 and on).
_MANY_ATTRIBUTES = re.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){2000}"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)")
_NEVER_DEEP = frozenset(
    {"br", "img", "hr", "meta", "input", "link", "col", "area", "base", "wbr", "p", "li", "td", "tr", "th", "dd"}
)
_UNSEEN_BLOCK = re.compile(r"<!--[^>]*+>|<(script|style|head|title)\b[^>]*+>[^<]*+(?:</\1\s*>)?+", re.IGNORECASE)
_LINE_TAG = re.compile(r"</?(?:br|p|div|tr|li|table|blockquote|h[1-6])\b[^<>]*+>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[/a-zA-Z!?][^<>]*+>?")
_COMMAND = re.compile(r"<<|<param>[^<>]*</param>|</?[A-Za-z0-9-]{1,60}>", re.IGNORECASE)
_ENRICHED_LINES = re.compile(r"\n+")


def to_text(markup: str) -> str:
    """The readable text of an HTML body: blocks on lines of their own, list items marked or numbered, crossed-out
    text between `~~`, hidden text left out.
    """
    markup = markup[:MAX_HTML]
    if len(markup) > SURELY_QUICK and _is_hostile(markup):
        return _stripped(markup)
    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    lines = _Lines()
    _walk(body, lines)
    return lines.text()


def _is_hostile(markup: str) -> bool:
    """Whether it nests or piles up attributes as no program writes it: a browser's parser takes minutes over such."""
    if _MANY_ATTRIBUTES.search(markup):
        return True
    depth = 0
    for found in _TAG.finditer(markup):
        if found.group(1):
            depth = max(0, depth - 1)
        elif found.group(2).lower() not in _NEVER_DEEP:
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _stripped(markup: str) -> str:
    """The text between the tags, however they are nested."""
    text = _LINE_TAG.sub("\n", _UNSEEN_BLOCK.sub("", markup))
    lines = (_SPACES.sub(" ", line).strip() for line in unescape(_ANY_TAG.sub("", text)).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def from_enriched(markup: str) -> str:
    """The text of text/enriched (RFC 1896): commands left out, one line end a space, more of them one less."""
    text = _COMMAND.sub(lambda found: "<" if found.group() == "<<" else "", markup[:MAX_HTML])
    return _ENRICHED_LINES.sub(lambda found: "\n" * (len(found.group()) - 1) or " ", text)


class _Opened(NamedTuple):
    """What an element began, to be undone at its end: 1 where it quotes, keeps white space, or is crossed out."""

    tag: str
    quote: int
    kept: int
    struck: int


class _Lines:
    """Text being laid out in lines; `kept` where white space is the writer's own."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line: list[str] = []
        self.quote = 0
        self.kept = 0
        self.struck = 0
        self.lists: list[int | None] = []

    def write(self, text: str) -> None:
        if self.struck and text.strip():
            text = f"~~{text.strip()}~~"
        if not self.kept or "\n" not in text:
            self.line.append(text)
            return
        first, *rest = text.split("\n")
        self.line.append(first)
        for each in rest:
            self.end() if "".join(self.line).strip() else self.gap()
            self.line.append(each)

    def item(self, value: str) -> None:
        """Begin a list item: a bullet, or its number where the list is numbered."""
        last = self.lists[-1] if self.lists else None
        if last is not None:
            self.lists[-1] = last = int(value[:9]) if value.isdecimal() else last + 1
        self.line.append("- " if last is None else f"{last}. ")

    def end(self) -> None:
        if not self.line:
            return
        text = "".join(self.line)
        text = text.rstrip() if self.kept else _SPACES.sub(" ", text).strip()
        if _CELL in text:
            text = _CELLS.sub("\t", text).strip()
        self.line = []
        if text:
            self.done.append(_MARK * min(self.quote, MAX_QUOTE) + text)

    def feed(self) -> None:
        """A line break as the writer made it: the second one in a row leaves a line empty."""
        before = len(self.done)
        self.end()
        if len(self.done) == before:
            self.gap()

    def gap(self) -> None:
        self.end()
        if self.done and self.done[-1]:
            self.done.append("")

    def text(self) -> str:
        self.end()
        return _INVISIBLE.sub("", "\n".join(self.done)).strip("\n") + "\n"


def _walk(root: LexborNode, lines: _Lines) -> None:
    """Visit the tree in reading order without recursion; hostile mail nests twenty thousand deep."""
    opened: list[_Opened] = []
    node: LexborNode | None = root
    for _ in range(MAX_NODES):
        if node is None:
            return
        entered = _enter(node, lines)
        child = node.child if entered else None
        if entered and child is None:
            _leave(entered, lines)
        elif entered:
            opened.append(entered)
            node = child
            continue
        following = node.next
        while following is None and len(opened) > 1:
            _leave(opened.pop(), lines)
            node = node.parent if node else None
            following = node.next if node else None
        node = following if opened else None


def _enter(node: LexborNode, lines: _Lines) -> _Opened | None:
    """Begin one node: what has to be undone at its end, or None where nothing in it is to be read."""
    tag = node.tag
    if tag == "-text":
        lines.write(node.text_content or "")
        return None
    if tag == "br":
        lines.feed()
        return None
    if tag is None or tag in _UNSEEN or tag[0] in "-!":
        return None
    quote = kept = struck = 0
    attributes = node.attributes
    if attributes:
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and _HIDDEN.search(style)):
            return None
        quote = int(_is_quote(tag, attributes, style))
        kept = int(bool(style) and bool(_KEPT_SPACE.search(style)))
        struck = int("line-through" in style)
    opened = _Opened(tag, quote, kept or int(tag == "pre"), struck or int(tag in _CROSSED))
    _begin(opened, lines, attributes)
    return opened


def _begin(opened: _Opened, lines: _Lines, attributes: Mapping[str, str | None] | None) -> None:
    tag = opened.tag
    if tag in _BLOCKS or opened.quote:
        lines.end()
        if tag in {"ol", "ul"}:
            lines.lists.append(_first_number(attributes or {}) if tag == "ol" else None)
        elif tag == "li":
            lines.item((attributes or {}).get("value") or "")
    elif tag in {"td", "th"}:
        lines.write(_CELL)
    lines.quote += opened.quote
    lines.kept += opened.kept
    lines.struck += opened.struck


def _first_number(attributes: Mapping[str, str | None]) -> int:
    """The number before a numbered list's first item."""
    start = attributes.get("start") or "1"
    return int(start[:9]) - 1 if start.isdecimal() else 0


def _leave(opened: _Opened, lines: _Lines) -> None:
    tag = opened.tag
    if opened.quote or opened.kept:
        lines.end()
    lines.quote -= opened.quote
    lines.kept -= opened.kept
    lines.struck -= opened.struck
    if tag in {"ol", "ul"}:
        del lines.lists[-1:]
    if tag in _APART:
        lines.gap()
    elif tag in _BLOCKS:
        lines.end()


def _is_quote(tag: str, attributes: Mapping[str, str | None], style: str) -> bool:
    """Whether a client put earlier mail in here; an indented paragraph of the writer's own is none."""
    named = attributes.get("class") or ""
    if tag != "blockquote":
        return bool(_QUOTE_BOX.search(named) or _QUOTE_BOX.search(attributes.get("id") or ""))
    cited = (attributes.get("type") or "").lower() == "cite" or "cite" in attributes
    return cited or bool(_QUOTE_CLASS.search(named)) or "border-left" in style
