"""Octets to text, whatever was declared. Never raises, and what comes out is safe to store and to print."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_ALIASES = {
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "unicode": "utf-8",
    "x-gbk": "gb18030", "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "hz-gb-2312": "hz",
    "big5": "cp950", "x-big5": "cp950", "cn-big5": "cp950", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949", "x-windows-949": "cp949", "windows-949": "cp949", "korean": "cp949",
    "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext",
    "windows-874": "cp874", "tis-620": "cp874", "iso-8859-11": "cp874", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8", "win-1251": "cp1251", "win-1252": "windows-1252", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "iso-8859-6-i": "iso-8859-6",
    # As every mail program reads them: the controls of 8859-1 and 8859-9 are nobody's text.
    "iso-8859-1": "windows-1252", "latin1": "windows-1252", "iso8859-1": "windows-1252", "l1": "windows-1252",
    "iso-8859-9": "cp1254", "latin-1": "windows-1252", "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8",
}
# Python names among these are transforms or cost time without end; no letter needs them.
_NOT_TEXT = frozenset(
    {
        "bz2", "bz2_codec", "zip", "zlib", "zlib_codec", "hex", "hex_codec", "base64", "base64_codec", "uu",
        "uu_codec", "quopri", "quopri_codec", "rot13", "rot_13", "idna", "punycode", "unicode_escape",
        "raw_unicode_escape", "undefined", "mbcs", "oem"
    }
)
FEW = 0.05  # of a text's letters may be damaged before its declared charset is taken for a lie
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
# All controls but newline and tab, the two separators that split lines behind one's back, and lone surrogates.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile(r"\r\n?|\x85|\u2028|\u2029")


def decode(octets: bytes, declared: str = "") -> str:
    """Read octets by the ladder: what shows itself, what is declared, UTF-8, what is declared with a little damage,
    UTF-8 with stray octets of windows-1252 in it; always some text."""
    if octets.isascii() and not declared and b"\x1b" not in octets:
        return clean(octets.decode("ascii"))
    named = _named(declared)
    for name in (*_shown(octets, named), *named, "utf-8"):
        text = _try(octets, name)
        if text is not None:
            return clean(text)
    return clean(_damaged(octets, named) or _mixed(octets))


def _damaged(octets: bytes, named: tuple[str, ...]) -> str:
    """Text in the declared charset although some of it is broken, as where a mail was cut; nothing where much is."""
    if not named or named[-1] == "utf-8":
        return ""
    text = codecs.decode(octets, named[-1], "replace")
    return text if text.count("\ufffd") <= FEW * len(text) else ""


def _mixed(octets: bytes) -> str:
    if octets.decode("utf-8", "ignore").isascii():
        return octets.decode("windows-1252", "replace")
    return octets.decode("utf-8", _STRAY)


def _stray(error: UnicodeError) -> tuple[str, int]:
    """One octet that is no UTF-8, read as windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.start + 1].decode("windows-1252", "replace"), error.start + 1


_STRAY = "mailbot.stray"
codecs.register_error(_STRAY, _stray)


def clean(text: str) -> str:
    """Text with plain newlines, and without NUL, control characters and lone surrogates."""
    return _UNWANTED.sub("", _NEWLINES.sub("\n", text))


def _shown(octets: bytes, named: tuple[str, ...]) -> tuple[str, ...]:
    """Charsets that show themselves in the octets, whatever is declared."""
    if octets.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if named[-1:] and named[-1].startswith("iso2022"):
        return ()
    return ("iso2022_jp_ext",) if _JAPANESE.search(octets, 0, 4000) else ()


@lru_cache(maxsize=256)
def _named(declared: str) -> tuple[str, ...]:
    name = declared.strip().strip("\"'<>").lower().partition("*")[0].removeprefix("charset=").strip("\"' ")
    name = _ALIASES.get(name, name)
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ()
    if not known or known.replace("-", "_") in _NOT_TEXT:
        return ()
    return ("utf-8", known) if known.startswith(("iso8859-1", "cp125")) else (known,)


def _try(octets: bytes, name: str) -> str | None:
    try:
        return codecs.decode(octets, name) if name != "utf-8" else octets.decode()
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None
