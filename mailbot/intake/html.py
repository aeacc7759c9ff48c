"""HTML to the text that a reader would see, in time linear in its size. Keeps no markup, fetches nothing.

Quoted mail inside comes out with `> ` before each line, as in plain text, so that one cutter serves both.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 1_000_000
MAX_NODES = 100_000
MAX_QUOTE = 5
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(["script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"])
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|font-size\s*:\s*0|visibility\s*:\s*hidden", re.IGNORECASE)
_QUOTE_CLASS = re.compile(r"\b(gmail_quote|moz-cite|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra)\b")
_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")


def to_text(markup: str) -> str:
    """The readable text of an HTML body: blocks on lines of their own, list items marked, hidden text left out."""
    body = LexborHTMLParser(markup[:MAX_HTML]).body
    if body is None:
        return ""
    lines = _Lines()
    _walk(body, lines)
    return lines.text()


class _Lines:
    """Text being laid out in lines."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line: list[str] = []
        self.quote = 0

    def write(self, text: str) -> None:
        self.line.append(text)

    def end(self) -> None:
        text = _SPACES.sub(" ", "".join(self.line)).strip()
        self.line = []
        if text:
            self.done.append("> " * min(self.quote, MAX_QUOTE) + text)

    def gap(self) -> None:
        self.end()
        if self.done and self.done[-1]:
            self.done.append("")

    def text(self) -> str:
        self.end()
        return "\n".join(self.done).strip("\n") + "\n"


def _walk(root: LexborNode, lines: _Lines) -> None:
    """Visit the tree in reading order without recursion; hostile mail nests twenty thousand deep."""
    node: LexborNode | None = root
    seen = 0
    while node is not None and seen < MAX_NODES:
        seen += 1
        child = _enter(node, lines)
        if child is not None:
            node = child
            continue
        while node is not None:
            _leave(node, lines)
            if node == root:
                return
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent


def _enter(node: LexborNode, lines: _Lines) -> LexborNode | None:
    tag = node.tag
    if tag == "-text":
        lines.write(node.text_content or "")
        return None
    if tag in _UNSEEN or tag is None or tag.startswith(("-", "!")) or _is_hidden(node):
        return None
    if tag == "br":
        lines.end()
    elif tag in _BLOCKS:
        lines.end()
        if tag == "li":
            lines.write("- ")
    elif tag in {"td", "th"}:
        lines.write(" ")
    if _is_quote(node):
        lines.end()
        lines.quote += 1
    return node.child


def _leave(node: LexborNode, lines: _Lines) -> None:
    tag = node.tag
    if tag in {"-text", "br"} or tag is None or tag in _UNSEEN or tag.startswith(("-", "!")) or _is_hidden(node):
        return
    if _is_quote(node):
        lines.end()
        lines.quote -= 1
    if tag in {"p", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "hr"}:
        lines.gap()
    elif tag in _BLOCKS:
        lines.end()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_quote(node: LexborNode) -> bool:
    if node.tag != "blockquote":
        return False
    attributes = node.attributes
    cited = (attributes.get("type") or "").lower() == "cite" or bool(_QUOTE_CLASS.search(attributes.get("class") or ""))
    return cited or "cite" in attributes or bool(re.search(r"border-left", attributes.get("style") or ""))
