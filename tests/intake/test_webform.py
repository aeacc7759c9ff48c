"""Web forms that come as mail: what is one, what its fields say, whom it lets us answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.intake.forms import FormsPolicy, heads, heads_of, told_by_row
from mailbot.intake.parse import parse
from mailbot.intake.screen import Own, screen
from mailbot.intake.webform import SHORT_LINES, _fields, fields_of, read_form
from mailbot.model import ConfigurationError
from mailbot.policy import check_policy, load_policy
from mailbot.shipped import shipped
from mailbot.strict import parse_document

OWN = Own(frozenset({"leuven.helpt@stad.example"}), "mail.stad.example")
FORMS = load_policy(shipped("rules.yaml")).forms
DUTCH = """Er werd een formulier ingevuld.

Naam: Josée Vrancken
E-mail: josee@thuis.example
Telefoon (overdag): 016 00 00 31
Adres: Dorpsstraat 4
3018 Wijgmaal
Ik zoek hulp met: boodschappen
Bericht: Ik geraak niet buiten.

Let op: de bel is kapot.

Deze e-mail werd verzonden via het formulier op de website van de stad.
"""
FRENCH = """Nom : Amélie Dupont
Courriel : amelie@maison.example
Téléphone : 0470 00 00 32
Commune : Heverlee
Langue : français
Votre message : Je peux faire les courses pour une voisine.
"""
ENGLISH = """1. Name
Omar Haddad
2. E-mail address
omar@home.example
3. Phone number
0470 00 00 33
4. Your question
Is the recycling park open?
I have no car.
"""
TABLE = """<html><body><p>Nieuw bericht</p><table>
<tr><td><b>Naam</b></td><td>Josée Vrancken</td></tr>
<tr><td>E-mail:</td><td>josee@thuis.example</td></tr>
<tr><th>Telefoon</th><td>016 00 00 31</td></tr>
<tr><td>Bericht</td><td>Ik geraak niet buiten.<br>Wie helpt?</td></tr></table></body></html>"""
ROWS = """<table><tr><td colspan=2><strong>Naam</strong></td></tr><tr><td>&nbsp;</td><td>Josée Vrancken</td></tr>
<tr><td colspan=2><strong>E-mail</strong></td></tr><tr><td>&nbsp;</td><td><a href="mailto:josee@thuis.example">josee@thuis.example</a></td></tr>
<tr><td colspan=2><strong>Bericht</strong></td></tr><tr><td>&nbsp;</td><td>Ik geraak niet buiten.</td></tr></table>"""


def mail(text, *, sender="noreply@formulieren.example", extra="", subtype="plain"):
    head = f"From: Website <{sender}>\nTo: leuven.helpt@stad.example\nSubject: Nieuw bericht\n{extra}"
    return parse(f"{head}Content-Type: text/{subtype}; charset=utf-8\n\n{text}".encode())


def read(text, policy=FORMS, **more):
    letter = mail(text, **more)
    return read_form(letter, screen(letter, OWN), policy, OWN)


@pytest.mark.parametrize(
    ("text", "subtype", "expected"),
    [
        (DUTCH, "plain", ("Josée Vrancken", "josee@thuis.example", "016 00 00 31", "Dorpsstraat 4 3018 Wijgmaal")),
        (FRENCH, "plain", ("Amélie Dupont", "amelie@maison.example", "0470 00 00 32", "Heverlee")),
        (ENGLISH, "plain", ("Omar Haddad", "omar@home.example", "0470 00 00 33", None)),
        (TABLE, "html", ("Josée Vrancken", "josee@thuis.example", "016 00 00 31", None)),
        (ROWS, "html", ("Josée Vrancken", "josee@thuis.example", None, None)),
    ],
)
def test_a_form_is_read_in_every_dress(text, subtype, expected):
    """Lines, numbered heads above their answers, a table of two columns, a table of rows; in three languages."""
    form = read(text, subtype=subtype)

    assert form.letter.sender.email == expected[1]
    assert tuple(form.filled.values.get(name) for name in ("name", "email", "phone", "place")) == expected


@pytest.mark.parametrize(
    ("text", "subtype", "words"),
    [
        (DUTCH, "plain", "Ik zoek hulp met: boodschappen\n\nIk geraak niet buiten.\n\nLet op: de bel is kapot."),
        (FRENCH, "plain", "Je peux faire les courses pour une voisine."),
        (ENGLISH, "plain", "Is the recycling park open?\nI have no car."),
        (TABLE, "html", "Ik geraak niet buiten.\nWie helpt?"),
    ],
)
def test_only_the_free_text_is_what_the_writer_says(text, subtype, words):
    """A head that the town does not know belongs to the text; what the server adds below does not."""
    form = read(text, subtype=subtype)

    assert form.said.new_text == words
    assert "Josée" in form.letter.new_text or "Josée" not in text


@pytest.mark.parametrize(
    "address",
    [
        "josee@thuis.example, jan@elders.example",
        "josee@thuis.example jan@elders.example",
        "josee@thuis.example%0aBcc:jan@elders.example",
        "josee",
        "leuven.helpt@stad.example",
        "leuven.helpt+lh1.abc@stad.example",
        "noreply@elders.example",
        "mailer-daemon@elders.example",
        "Josée <josee@thuis.example>",
    ],
)
def test_an_address_that_is_not_one_writers_is_not_answered(address):
    """Several, broken, ours, one that reads nothing, or one with a header in it: the letter waits for a person."""
    form = read(DUTCH.replace("josee@thuis.example", address))

    assert form.letter.sender is None
    assert form.letter.author.name == "Josée Vrancken"
    assert "nobody is answered" in form.because


def test_a_second_address_typed_into_the_message_stops_the_answer():
    """Whoever writes `E-mail: victim` into the free text gets us to write to nobody."""
    assert read(DUTCH.replace("Ik geraak niet buiten.", "Hallo\nE-mail: slachtoffer@elders.example")).letter.sender is None


def test_the_reply_to_is_answered_where_the_form_has_no_address_field():
    """Web servers put the writer there."""
    text = DUTCH.replace("E-mail: josee@thuis.example\n", "")

    assert read(text, extra="Reply-To: josee@thuis.example\n").letter.sender.email == "josee@thuis.example"
    assert read(text, extra="Reply-To: a@thuis.example, b@thuis.example\n").letter.sender is None
    assert read(text).letter.sender is None


@pytest.mark.parametrize(
    ("sender", "extra", "is_form"),
    [
        ("noreply@formulieren.example", "", True),
        ("www@stad.example", "Auto-Submitted: auto-generated\n", True),
        ("www@stad.example", "Reply-To: josee@thuis.example\n", True),
        ("leuven.helpt@stad.example", "", True),
        ("josee@thuis.example", "", False),
        ("www@stad.example", "Auto-Submitted: auto-replied\nIn-Reply-To: <1@stad.example>\n", False),
        ("leuven.helpt@stad.example", "X-Mailbot-Loop: mail.stad.example\n", False),
        ("leuven.helpt@stad.example", "Message-ID: <lh.1.abc@mail.stad.example>\n", False),
        ("MAILER-DAEMON@stad.example", "Return-Path: <>\n", True),
    ],
)
def test_only_what_a_server_sent_is_read_as_a_form(sender, extra, is_form):
    """A person's own letter in lines, an answer to our mail and our own mail are not."""
    assert (read(DUTCH, sender=sender, extra=extra) is not None) is is_form


def test_a_town_can_name_the_servers_whose_forms_count():
    """By address or by domain; then no other is believed."""
    named = FORMS.model_copy(update={"senders": ("formulieren.example",)})

    assert read(DUTCH, named) is not None
    assert read(DUTCH, named, sender="noreply@elders.example") is None


def test_a_bounce_that_quotes_a_form_stays_a_bounce():
    """Its fields are those of mail that came back."""
    text = "Delivery to the following recipient failed: jan@weg.example 550 5.1.1\n\n" + DUTCH
    letter = parse(
        f"From: Mail Delivery System <MAILER-DAEMON@elders.example>\nSubject: Undelivered Mail Returned to Sender\n\n{text}".encode()
    )
    assert read_form(letter, screen(letter, OWN), FORMS, OWN) is None


@pytest.mark.parametrize("lines", ["x\n", "\n"])
def test_a_field_without_end_takes_no_more_than_its_lines(lines):
    """Else each further line would cost as much as all before it, and one letter would stop the desk."""
    (field,) = _fields("Naam: Jan\n" + lines * 500, heads_of(FORMS))

    assert len(field.lines) <= SHORT_LINES


def test_a_short_list_is_no_form():
    """Two fields, or no question, are a letter."""
    assert fields_of("Naam: Jan\nBericht: dag", FORMS) is None
    assert fields_of("Naam: Jan\nTelefoon: 1\nE-mail: a@b.example", FORMS) is None


@pytest.mark.parametrize(
    ("section", "line", "said"),
    [
        ("forms:\n  name: [naam]\n  phone: [gsm, Naam]", 6, "the head 'Naam' stands under `name` too"),
        ("forms:\n  name: [naam]\n  phone: ['::']", 6, "'::' is no head of a form"),
        ("forms:\n  telefoon: [gsm]", 5, "unknown key"),
        ("forms:\n  name: naam\n", 5, "forms.name"),
        ("forms:\n  senders: [formulier]", 5, "neither an address nor a domain"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line(section, line, said):
    """As `check` shows it."""
    town = "town: {name: Leuven, desk: Leuven Helpt, phone: 016}\n\n\n"
    with pytest.raises(ConfigurationError) as wrong:
        check_policy(parse_document(town + section, "rules.yaml"))

    assert f"rules.yaml:{line}:" in str(wrong.value)
    assert said in str(wrong.value)


PIECES = st.sampled_from(
    ["Naam", "naam:", "E-mail: ", "Telefoon\t", "Bericht:", "Ik wil: ", "\n", "\n\n", "a@b.example", ",", ":", "*", "> ", "\t", "--"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
def test_no_text_is_too_odd_for_a_form(text):
    """Never raises; what it finds is on one line, and no address but a single well-formed one is answered."""
    form = read(text.replace("\r", ""))
    if form is not None:
        short = [value for name, value in form.filled.values.items() if name not in ("need", "wish")]
        assert not any("\n" in value for value in short)
        assert form.letter.sender is None or form.letter.sender.email.count("@") == 1


def test_the_shipped_heads_are_those_of_the_code():
    """What a town that names no forms gets is a part of what is shipped."""
    assert set(FormsPolicy().name) <= set(FORMS.name)


def test_a_choice_in_an_export_is_read_with_its_head():
    """`Ik wil: hulp aanbieden` says something that `hulp aanbieden` does not; a row with only a choice is one too."""
    row = {"Naam": "Jan", "Ik wil": "hulp aanbieden", "Bericht": "Elke avond.", "Toestemming": "Ja, graag"}
    told = told_by_row(row, heads(FORMS, list(row)), "form", "")

    assert (told.need, told.name, told.consent) == ("Ik wil: hulp aanbieden\nElke avond.", "Jan", True)
    assert told_by_row({**row, "Bericht": ""}, heads(FORMS, list(row)), "form", "").need == "Ik wil: hulp aanbieden"
