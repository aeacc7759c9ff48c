"""YAML is read as people mean it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model import ConfigurationError
from mailbot.strict import parse_document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("016272772", "016272772"),
        ("03000", "03000"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("08:00-20:00", "08:00-20:00"),
        ("12:30", "12:30"),
        ("2020-03-16", "2020-03-16"),
        ("3000", 3000),
        ("-4", -4),
        ("0.5", 0.5),
        ("true", True),
        ('"true"', "true"),
        ("~", None),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
    ],
)
def test_a_value_is_what_it_looks_like(written, meant):
    """Telephone numbers, times and Norway stay text."""
    assert parse_document(f"key: {written}", "f").value == {"key": meant}


def test_a_key_twice_is_an_error_with_its_line():
    """The second of two equal keys never wins in silence."""
    with pytest.raises(ConfigurationError, match=r"^rules.yaml:3: the key 'a' stands here a second time"):
        parse_document("a: 1\nb: 2\na: 3\n", "rules.yaml")


def test_every_value_knows_its_line():
    """A problem found later can still be pointed at."""
    document = parse_document("a:\n  - x\n  - b: 1\n    c: 2\n", "f")

    assert document.line(("a", 1, "c")) == 4
    assert document.line(("a", 1, "unknown")) == 3


@pytest.mark.parametrize(
    "broken", ["a: [", "a: b: c", "\t- x", "a: &x [*x", '"', "a: !!python/object:x y", "? [a]\n: 1"]
)
def test_broken_yaml_is_a_clear_error(broken):
    """Whatever is wrong, the reader learns the file and the line, or the text is harmless."""
    try:
        parse_document(broken, "rules.yaml")
    except ConfigurationError as error:
        assert str(error).startswith("rules.yaml:")


@given(st.text(max_size=200))
def test_no_text_raises_anything_else(text):
    """Any text is a document or a ConfigurationError."""
    with contextlib.suppress(ConfigurationError):
        parse_document(text, "f")


def test_endless_nesting_is_refused():
    """Depth costs nobody a stack."""
    with pytest.raises(ConfigurationError, match="nest"):
        parse_document("[" * 5000 + "]" * 5000, "f")


def test_aliases_of_aliases_end_in_one_clear_line():
    """A file of ten lines may not fill the memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    with pytest.raises(ConfigurationError, match=r"rules.yaml:\d+: more than 100000 values"):
        parse_document("\n".join(lines), "rules.yaml")
