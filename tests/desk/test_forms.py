"""A citizen fills in the town's web form; its server mails it to the desk. What the desk makes of it."""

from email import message_from_bytes, policy

from tests.desk.test_operators import typist  # noqa: F401 - a fixture

SERVER = "noreply@formulieren.example"
OFFER = (
    "Naam: Thomas Claes\nE-mail: thomas@thuis.example\nTelefoon: 0470 00 00 30\nGemeente: 3001 Heverlee\n"
    "Taal: {language}\nIk wil: hulp aanbieden\nToestemming: ja\n"
    "Bericht: Ik kan elke avond boodschappen doen met de auto. Bel niet naar 0470 00 00 99."
)
ASKING = (
    "Nom : Amélie Dupont\nTéléphone : 016 00 00 31\nCommune : Wijgmaal\nPour qui : ma voisine\n"
    "Votre message : Qui peut faire les courses pour ma voisine ? Elle ne peut plus sortir."
)


def test_a_form_opens_its_writers_ticket_and_answers_them_alone(desk):
    """Name, number, place, language and consent as filled in; the server gets nothing."""
    desk.write(OFFER.format(language="Frans"), sender=SERVER, extra="Auto-Submitted: auto-generated\n")
    desk.run()

    columns = "channel, intent, requester_name, requester_email, phone, place, language"
    assert desk.rows(f"SELECT {columns} FROM ticket") == [
        ("form", "help_offer", "Thomas Claes", "thomas@thuis.example", "+32470000030", "Heverlee", "fr")
    ]
    assert "consent" in str(desk.rows("SELECT needs FROM ticket"))
    assert len(desk.mail.inboxes["thomas@thuis.example"]) == 1
    assert SERVER not in desk.mail.inboxes


def test_a_form_without_an_address_waits_for_a_person_who_calls(desk):
    """The number is on the ticket, and on whose behalf it is; nobody is mailed."""
    desk.write(ASKING, sender=SERVER)
    desk.run()

    columns = "channel, requester_name, requester_email, phone, place, language, on_behalf"
    assert desk.rows(f"SELECT {columns} FROM ticket") == [
        ("form", "Amélie Dupont", "", "+3216000031", "Wijgmaal", "fr", 1)
    ]
    assert not [each for each in desk.mail.inboxes if each not in {"coordinator@leuvenhelpt.example"}]


def test_a_forms_writer_answers_our_mail_as_anybody(desk):
    """The typed address was unproven; an answer from it, by our signed address, joins the ticket."""
    desk.write(OFFER.format(language="Nederlands"), sender=SERVER)
    desk.run()
    mail = message_from_bytes(desk.mail.inboxes["thomas@thuis.example"][0], policy=policy.default)
    desk.write("Ook op zondag.", sender="thomas@thuis.example", extra=f"Delivered-To: {mail['Reply-To']}\n")
    desk.run()

    assert desk.rows("SELECT count(*) FROM ticket") == [(1,)]


def test_what_is_typed_into_a_form_joins_no_ticket(desk):
    """Neither a number in its subject nor our signed address makes it part of a conversation."""
    desk.write("Wie kan er boodschappen doen voor mijn vader in Leuven?", sender="thomas@thuis.example")
    desk.run()
    form = OFFER.format(language="Nederlands")
    desk.write(form, sender=SERVER, subject="Re: [LH#1] uw vraag")
    desk.run()

    assert desk.rows("SELECT count(*) FROM ticket") == [(2,)]
    assert desk.rows("SELECT count(*) FROM event WHERE kind = 'suggested'") == [(1,)]


def test_the_same_form_twice_is_thanked_once(desk):
    """A typed address is no way to fill somebody's mailbox."""
    for number in range(4):
        desk.write(OFFER.format(language="Nederlands"), sender=SERVER, subject=f"Aanbod {number}")
    desk.run()

    assert len(desk.mail.inboxes["thomas@thuis.example"]) == 1


def test_what_somebody_advertises_where_a_name_belongs_greets_nobody(desk):
    """The address beside it may be anybody's, and the greeting stands over our name."""
    for number, name in enumerate(("Bel 0900 12 34 56", "www.evil.example", "win op evil.example")):
        form = OFFER.format(language="Nederlands").replace("Thomas Claes", name).replace("thomas@", f"t{number}@")
        desk.write(form, sender=SERVER)
    desk.run()

    for number in range(3):
        mail = message_from_bytes(desk.mail.inboxes[f"t{number}@thuis.example"][0], policy=policy.default)
        assert mail.get_body(("plain",)).get_content().startswith("Beste,")


def test_explain_shows_that_a_form_was_read(quiet, typist, tmp_path):  # noqa: F811
    """Which heads, and who is answered."""
    (tmp_path / "form.eml").write_text(f"From: {SERVER}\nSubject: x\n\n{OFFER.format(language='Frans')}\n")
    code, said = typist(quiet.folder)("explain", str(tmp_path / "form.eml"))

    assert code == 0
    assert "read as a web form" in said
    assert "the form's e-mail field" in said


def test_check_names_the_line_of_a_wrong_mapping(quiet, typist):  # noqa: F811
    """So that it can be mended."""
    rules = quiet.folder / "rules.yaml"
    written = rules.read_text().replace("  name: [naam, uw naam", "  name: [bericht, uw naam")
    rules.write_text(written)
    code, said = typist(quiet.folder)("check")

    assert code == 2
    line = written[: written.index("  name: [bericht")].count("\n") + 1
    assert f"rules.yaml:{line}: forms.name: Value error, the head 'bericht' stands under `need` too" in said
