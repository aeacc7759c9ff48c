"""Octets to text, whatever was declared. Never raises, and what comes out is safe to store and to print."""

from __future__ import annotations

import codecs
import re

_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "windows-874": "cp874",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "windows-1252",  # as every mail program reads it: the controls of 8859-1 are nobody's text
    "latin1": "windows-1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
# Python names among these are transforms or cost time without end; no letter needs them.
_NOT_TEXT = {
    "bz2",
    "zip",
    "zlib",
    "hex",
    "base64",
    "uu",
    "quopri",
    "rot13",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
}
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
# All controls but newline and tab, the two separators that split lines behind one's back, and lone surrogates.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile(r"\r\n?|\x85|\u2028|\u2029")


def decode(octets: bytes, declared: str = "") -> str:
    """Read octets by the ladder: what is declared, UTF-8, what shows itself, windows-1252; always some text."""
    for name in (*_shown(octets), *_named(declared), "utf-8"):
        text = _try(octets, name)
        if text is not None:
            return clean(text)
    return clean(octets.decode("windows-1252", "replace"))


def clean(text: str) -> str:
    """Text with plain newlines, and without NUL, control characters and lone surrogates."""
    return _UNWANTED.sub("", _NEWLINES.sub("\n", text))


def _shown(octets: bytes) -> tuple[str, ...]:
    """Charsets that show themselves in the octets, whatever is declared."""
    if octets.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("iso-2022-jp",) if _JAPANESE.search(octets, 0, 4000) else ()


def _named(declared: str) -> tuple[str, ...]:
    name = declared.strip().strip("\"'").lower().partition("*")[0]
    name = _ALIASES.get(name, name)
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ()
    if not known or known.replace("-", "_") in _NOT_TEXT or known in _NOT_TEXT:
        return ()
    return ("utf-8", known) if known.startswith(("iso8859-1", "cp1252")) else (known,)


def _try(octets: bytes, name: str) -> str | None:
    try:
        return codecs.decode(octets, name) if name != "utf-8" else octets.decode()
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None
