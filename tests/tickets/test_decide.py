"""What the desk owes one letter."""

from dataclasses import replace

import pytest

from mailbot.model import (
    Acknowledge,
    Address,
    Alert,
    Append,
    Bounce,
    FileAs,
    Intent,
    Kind,
    Lane,
    Letter,
    Machine,
    MessageState,
    OpenTicket,
    Screening,
    Silence,
    Status,
    Suggest,
    Threads,
    TicketFact,
    Undeliverable,
    Verdict,
)
from mailbot.tickets.decide import Circumstances, decide
from mailbot.tickets.threads import Thread

MARIA = Address("maria@home.example", "Maria")
LETTER = Letter(sender=MARIA, subject="hulp", text="Ik zoek hulp.", message_id="<a@home.example>")
PERSON = Screening(Kind.HUMAN, "a person wrote this")
REQUEST = Verdict(intent=Intent.HELP_REQUEST, confidence=0.97, automatic=True)
BY_DAY = Circumstances(True, ("nl", "fr", "en"), ("nl", "fr", "en", "de"), "f1")
OPEN = TicketFact(7, Status.PENDING, frozenset({MARIA.email}))


def owed(letter=LETTER, screening=PERSON, verdict=REQUEST, thread=Thread(), threads=Threads(), at=BY_DAY):  # noqa: B008
    return decide(letter, screening, verdict, thread, threads, at)


def the(kind, actions):
    found = [action for action in actions if isinstance(action, kind)]
    assert len(found) == 1, f"{len(found)} of {kind.__name__} in {actions}"
    return found[0]


def test_a_request_opens_a_ticket_and_is_acknowledged():
    """The everyday case."""
    actions = owed()

    assert the(OpenTicket, actions).intent is Intent.HELP_REQUEST
    assert the(Acknowledge, actions).purposes == ("request",)
    assert the(FileAs, actions).state is MessageState.TICKETED


def test_a_question_and_an_offer_open_two_tickets_and_get_one_answer():
    """One letter may want several things; its writer gets one mail."""
    actions = owed(verdict=replace(REQUEST, intent=Intent.INFO, also=(Intent.HELP_OFFER,)))

    assert [a.intent for a in actions if isinstance(a, OpenTicket)] == [Intent.INFO, Intent.HELP_OFFER]
    assert the(Acknowledge, actions).purposes == ("question", "offer")


def test_an_urgent_letter_alerts_the_coordinator_and_goes_first():
    """A person hears of it at once, and its answer leaves in the fast lane."""
    actions = owed(verdict=replace(REQUEST, urgent=True))

    assert the(Alert, actions).role == "coordinator"
    assert the(Acknowledge, actions).lane is Lane.URGENT
    assert the(Acknowledge, actions).purposes == ("urgent", "request")


def test_below_the_threshold_the_answer_claims_to_understand_nothing():
    """A wrong answer from the city is worse than a modest one."""
    assert the(Acknowledge, owed(verdict=replace(REQUEST, automatic=False))).purposes == ("unclear",)


def test_outside_hours_the_answer_says_so():
    """The letter is answered at night too, with what to do until morning."""
    assert the(Acknowledge, owed(at=replace(BY_DAY, is_open=False))).purposes == ("request", "outside_hours")


@pytest.mark.parametrize(
    ("language", "sure", "languages"),
    [("fr", True, ("fr",)), ("fr", False, ("nl", "fr", "en")), ("tr", True, ("nl", "fr", "en"))],
)
def test_the_answer_is_in_a_language_the_writer_reads(language, sure, languages):
    """His own where we have it and are sure; several in one mail elsewhere."""
    verdict = replace(REQUEST, language=language, language_sure=sure)

    assert the(Acknowledge, owed(verdict=verdict)).languages == languages


@pytest.mark.parametrize("machine", list(Machine))
def test_no_machine_is_answered(machine):
    """Whatever wrote it, two machines never write to each other, and the silence has a reason."""
    kind = Kind.BOUNCE if machine is Machine.BOUNCE else Kind.AUTO_REPLY
    actions = owed(screening=Screening(kind, "a mark of a machine", machine), verdict=Verdict())

    assert not [action for action in actions if isinstance(action, Acknowledge)]
    assert "a mark of a machine" in the(Silence, actions).reason


@pytest.mark.parametrize("machine", [Machine.MAILING_LIST, Machine.BULK, Machine.NO_REPLY])
def test_a_person_behind_a_list_still_gets_a_ticket(machine):
    """Such marks withhold the answer, not the help."""
    actions = owed(screening=Screening(Kind.HUMAN, "List-Id", machine))

    assert the(OpenTicket, actions).intent is Intent.HELP_REQUEST


def test_a_plea_under_automatic_headers_is_heard():
    """A forwarding rule marks people's letters as automatic."""
    actions = owed(
        screening=Screening(Kind.AUTO_REPLY, "Auto-Submitted", Machine.AUTO_REPLY),
        verdict=replace(REQUEST, urgent=True),
    )

    assert the(OpenTicket, actions).urgent
    assert the(Alert, actions).role == "coordinator"


def test_a_vacation_notice_attaches_without_changing_the_ticket():
    """Nobody is woken by an absence."""
    screening = Screening(Kind.AUTO_REPLY, "out of office", Machine.AUTO_REPLY)
    actions = owed(
        screening=screening, verdict=Verdict(kind=Kind.AUTO_REPLY), thread=Thread(OPEN, how="signed address")
    )

    assert the(Append, actions).status is None
    assert the(FileAs, actions).state is MessageState.MACHINE


def test_a_hard_bounce_of_our_mail_brings_the_ticket_back():
    """Who did not get our answer is not helped."""
    bounce = Bounce(("maria@home.example",), "5.1.1", True, ("<ours@leuven.example>",))
    screening = Screening(Kind.BOUNCE, "delivery report", Machine.BOUNCE, bounce)
    threads = Threads(outbox_by_message_id={"<ours@leuven.example>": 31})
    actions = owed(
        screening=screening, verdict=Verdict(), thread=Thread(OPEN, how="signed Message-ID"), threads=threads
    )

    assert the(Undeliverable, actions).outbox == 31
    assert the(Append, actions).status is Status.OPEN


def test_a_delay_of_our_mail_is_held_against_nobody():
    """It is on its way; the ticket hears of it and stays as it is."""
    bounce = Bounce(("maria@home.example",), "4.4.1", False, ("<ours@leuven.example>",))
    screening = Screening(Kind.BOUNCE, "a delay notice", Machine.DELAY_NOTICE, bounce)
    threads = Threads(outbox_by_message_id={"<ours@leuven.example>": 31})
    actions = owed(
        screening=screening, verdict=Verdict(), thread=Thread(OPEN, how="signed Message-ID"), threads=threads
    )

    assert not [action for action in actions if isinstance(action, Undeliverable)]
    assert the(Append, actions).status is None


def test_a_forged_bounce_blocks_nobody():
    """Only a report that quotes a Message-ID of ours counts."""
    bounce = Bounce(("maria@home.example",), "5.1.1", True, ("<guessed@leuven.example>",))
    actions = owed(screening=Screening(Kind.BOUNCE, "delivery report", Machine.BOUNCE, bounce), verdict=Verdict())

    assert not [action for action in actions if isinstance(action, Undeliverable)]


def test_a_follow_up_reopens_and_gets_no_second_acknowledgement():
    """A person reads it; the desk does not thank for every line."""
    actions = owed(thread=Thread(replace(OPEN, status=Status.RESOLVED), how="signed address"))

    assert the(Append, actions).status is Status.OPEN
    assert not [action for action in actions if isinstance(action, OpenTicket | Acknowledge)]


def test_thanks_do_not_reopen():
    """They are kept and seen, and wake nobody."""
    thread = Thread(replace(OPEN, status=Status.CLOSED), how="signed address")
    actions = owed(verdict=Verdict(thanks_only=True), thread=thread)

    assert the(Append, actions).status is None
    assert the(Silence, actions).reason == "thanks only"


def test_an_urgent_follow_up_alerts_too():
    """A known requester in new danger reaches a person at once."""
    actions = owed(verdict=replace(REQUEST, urgent=True), thread=Thread(OPEN, how="signed address"))

    assert the(Alert, actions).reason == "urgent follow-up"


def test_an_unproven_sender_gets_a_ticket_and_no_answer():
    """Nobody is written to on the word of an ambiguous header."""
    actions = owed(letter=replace(LETTER, sender=None))

    assert the(OpenTicket, actions).intent is Intent.HELP_REQUEST
    assert "not proven" in the(Silence, actions).reason


def test_a_doubtful_thread_is_a_suggestion_beside_the_new_ticket():
    """An operator decides whether they belong together."""
    assert the(Suggest, owed(thread=Thread(suggestion=OPEN, how="the same sender has an open ticket"))).ticket == 7


def test_spam_is_kept_unanswered():
    """It stands in the ledger with its reason."""
    actions = owed(verdict=Verdict(kind=Kind.SPAM))

    assert the(FileAs, actions).reason == "spam"
    assert not [action for action in actions if isinstance(action, OpenTicket | Acknowledge)]


def test_a_plea_behind_an_automatic_header_from_a_stranger_opens_a_ticket_of_its_own():
    """A leaked token and a header do not let a stranger write on somebody's ticket; the plea is heard all the same."""
    screening = Screening(Kind.AUTO_REPLY, "RFC 3834", Machine.AUTO_REPLY)
    actions = owed(
        screening=screening, verdict=replace(REQUEST, urgent=True), thread=Thread(OPEN, how="signed address", is_known=False)
    )

    assert the(Suggest, actions).ticket == OPEN.id
    assert the(OpenTicket, actions).urgent
    assert not [action for action in actions if isinstance(action, Append)]
