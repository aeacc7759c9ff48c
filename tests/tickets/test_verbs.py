"""Each verb on each standing of a ticket: a change, or a refusal that names the next command."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.model import Intent, Permanent, Status
from mailbot.tickets import joining, verbs
from mailbot.tickets.names import operator_name
from mailbot.tickets.standing import NewLetter, Refused, Standing

NOW = datetime(2020, 3, 16, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TICKET = Standing(
    id=12,
    version=1,
    status=Status.NEW,
    first_letter=5,
    last_letter=5,
    values={"intent": "info", "urgent": False, "requester_email": "maria@home.example", "waits_since": NOW},
)
MINE = replace(TICKET, status=Status.OPEN, claimed_by="an", claimed_until=LATER, seen_news=1)
MERGED = replace(TICKET, merged_into=9, status=Status.CLOSED)
CLOSED = replace(TICKET, status=Status.CLOSED)
OTHER = replace(TICKET, id=20)

VERBS = {
    "claim": lambda ticket, who: verbs.claim(ticket, who, NOW, 20),
    "release": lambda ticket, who: verbs.release(ticket, who, NOW),
    "assign": lambda ticket, who: verbs.assign(ticket, who, "jan", NOW),
    "answer": lambda ticket, who: verbs.answer(ticket, who, NOW),
    "close": lambda ticket, who: verbs.close(ticket, who, NOW),
    "snooze": lambda ticket, who: verbs.snooze(ticket, who, LATER, NOW),
    "merge": lambda ticket, who: joining.merge(ticket, OTHER, who, NOW),
    "merge into": lambda ticket, who: joining.merge(OTHER, ticket, who, NOW),
    "move": lambda ticket, who: joining.move(ticket, OTHER, 5, [5], who, NOW),
}
UNHELD = {
    "note": lambda ticket: verbs.note(ticket, "gebeld"),
    "reopen": lambda ticket: verbs.reopen(ticket, NOW),
    "set": lambda ticket: verbs.correct(ticket, {"urgent": True}),
    "split": lambda ticket: joining.split(ticket, Intent.HELP_OFFER, [5]),
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_somebody_holds_is_left_alone(verb):
    """And the refusal says by whom, and how to get on."""
    with pytest.raises(Refused, match=r"held by an .*`mailbot next`"):
        VERBS[verb](MINE, "jan")


@pytest.mark.parametrize("verb", VERBS)
def test_a_merged_ticket_leads_to_the_other(verb):
    """Nothing is done to what is a part of something else."""
    with pytest.raises(Refused, match="mailbot show 9"):
        VERBS[verb](MERGED, "an")


@pytest.mark.parametrize("verb", UNHELD)
def test_a_merged_ticket_takes_no_more_notes_either(verb):
    """Also by the verbs that need no claim."""
    with pytest.raises(Refused, match="mailbot show 9"):
        UNHELD[verb](MERGED)


@pytest.mark.parametrize("verb", UNHELD)
def test_notes_and_corrections_need_no_claim(verb):
    """Two people may know something of one ticket."""
    assert UNHELD[verb](MINE)


def test_a_claim_holds_for_its_minutes_and_shows_the_newest_letter():
    """From now until the lease's end, against what was shown."""
    change = verbs.claim(TICKET, "an", NOW, 20)

    assert change.columns["claimed_until"] == NOW + timedelta(minutes=20)
    assert change.columns["seen_news"] == 1
    assert change.columns["status"] is Status.OPEN


def test_a_lease_that_ran_out_is_anybodys():
    """Whoever goes home leaves nothing locked."""
    gone = replace(MINE, claimed_until=NOW)

    assert verbs.claim(gone, "jan", NOW, 20).columns["claimed_by"] == "jan"


def test_whose_lease_ran_out_may_still_answer_if_nobody_came():
    """Thinking for half an hour costs nobody his text."""
    assert verbs.answer(replace(MINE, claimed_until=NOW), "an", NOW).kind == "answered"


@pytest.mark.parametrize(
    ("ticket", "told"),
    [
        (TICKET, "mailbot claim 12"),
        (replace(MINE, claimed_by="jan", claimed_until=NOW), "mailbot claim 12"),
        (replace(MINE, answered_news=1), "--again"),
    ],
)
def test_an_answer_needs_a_claim_and_an_unanswered_news(ticket, told):
    """Nobody answers what he was not shown, nor what was answered."""
    with pytest.raises(Refused, match=told):
        verbs.answer(ticket, "an", NOW)


def test_news_since_the_claim_stops_the_answer():
    """The citizen wrote again: what was going to be said may be wrong now."""
    with pytest.raises(NewLetter, match="mailbot claim 12"):
        verbs.answer(replace(MINE, last_news=2), "an", NOW)


def test_news_since_the_claim_stops_closing_too():
    """Nobody closes over an unread letter."""
    with pytest.raises(NewLetter):
        verbs.close(replace(MINE, last_news=2), "an", NOW)


def test_an_answer_waits_for_the_citizen_and_frees_the_ticket():
    """Or closes it, when that is asked."""
    waiting, closed = verbs.answer(MINE, "an", NOW), verbs.answer(MINE, "an", NOW, close=True)

    assert (waiting.columns["status"], closed.columns["status"]) == (Status.PENDING, Status.CLOSED)
    assert waiting.columns["claimed_by"] is None
    assert waiting.columns["answered_news"] == 1
    assert waiting.columns["waits_since"] is None


def test_more_may_be_said_when_it_is_meant():
    """A second mail on the same letter is written with --again only."""
    assert verbs.answer(replace(MINE, answered_news=1), "an", NOW, again=True).kind == "answered"


def test_calling_back_an_answer_leaves_a_later_one_alone():
    """Only what that answer did is undone."""
    old, new = {"status": "open", "answered_news": 0, "waits_since": NOW}, {"status": "pending", "answered_news": 1}
    waiting = replace(TICKET, status=Status.PENDING, answered_news=1)
    mine = verbs.call_back(waiting, old, new, "an", LATER, 20).columns
    later = verbs.call_back(replace(waiting, answered_news=4), old, new, "an", LATER, 20).columns

    assert (mine["status"], mine["answered_news"], mine["waits_since"]) == (Status.OPEN, None, NOW)
    assert set(later) == {"claimed_by", "claimed_until"}


def test_a_colleague_in_charge_takes_a_ticket_over():
    """With a word of its own, so that it is never an accident."""
    change = verbs.assign(MINE, "els", "jan", NOW, over=True)

    assert change.columns == {"claimed_by": None, "claimed_until": None, "assigned_to": "jan"}


@pytest.mark.parametrize("verb", ["claim", "assign", "close", "snooze"])
def test_finished_tickets_name_reopen_or_history(verb):
    """A closed ticket is opened before it is worked on."""
    with pytest.raises(Refused, match=r"mailbot (reopen|history) 12"):
        VERBS[verb](CLOSED, "an")


def test_only_what_differs_is_corrected_field_by_field():
    """Each correction says old and new, which is what triage learns from."""
    changes = verbs.correct(TICKET, {"urgent": True, "intent": "info"})

    assert [(each.kind, each.details, each.message) for each in changes] == [
        ("corrected", {"field": "urgent", "old": False, "new": True}, 5)
    ]
    with pytest.raises(Refused, match="mailbot show 12"):
        verbs.correct(TICKET, {"intent": "info"})


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("urgent", "yes", True),
        ("urgent", "NO", False),
        ("categories", "groceries, pets", ["groceries", "pets"]),
        ("intent", "help_offer", "help_offer"),
        ("place", " Kessel-Lo ", "Kessel-Lo"),
        ("place", "", None),
    ],
)
def test_values_are_read_as_people_write_them(name, written, value):
    """Yes and no, lists with commas, empty for none."""
    assert verbs.read_value(name, written, {"categories": ("groceries", "pets")}) == value


@pytest.mark.parametrize(
    ("name", "written"), [("urgent", "maybe"), ("categories", "cars"), ("intent", "help"), ("language", "xx")]
)
def test_values_that_mean_nothing_are_refused_with_what_is_known(name, written):
    """The reader learns what he may write."""
    with pytest.raises(Permanent, match=r"yes|known are"):
        verbs.read_value(name, written, {"categories": ("groceries",), "language": ("nl",)})


def test_two_peoples_tickets_are_not_merged_by_a_slip():
    """The mistake that sends one person's answer to another."""
    theirs = replace(OTHER, values={**TICKET.values, "requester_email": "jef@home.example"})

    with pytest.raises(Refused, match="mailbot link 12 20"):
        joining.merge(TICKET, theirs, "an", NOW)
    assert joining.merge(TICKET, theirs, "an", NOW, two_people=True)


def test_merging_brings_unanswered_newss_before_the_eyes_of_who_answers():
    """The other ticket is open again, and its holder must look once more."""
    answered = replace(OTHER, status=Status.PENDING, version=4, last_news=2, seen_news=2, answered_news=2)
    gone, grown = joining.merge(TICKET, answered, "an", NOW)

    assert gone.columns["merged_into"] == 20
    assert (grown.columns["status"], grown.columns["seen_news"], grown.columns["last_news"]) == (Status.OPEN, 0, 5)


def test_merging_keeps_what_was_urgent_urgent():
    """A plea that comes to a quiet ticket makes it loud."""
    plea = replace(TICKET, values={**TICKET.values, "urgent": True})

    assert joining.merge(plea, OTHER, "an", NOW)[1].columns["urgent"] is True


def test_moving_the_last_letter_leaves_a_signpost():
    """An emptied ticket forwards to where its letter went; one with letters left stays."""
    emptied, _ = joining.move(TICKET, OTHER, 5, [5], "an", NOW)
    kept, _ = joining.move(TICKET, OTHER, 5, [4, 5], "an", NOW)

    assert emptied.columns["merged_into"] == 20
    assert "merged_into" not in kept.columns


@pytest.mark.parametrize("written", ["", "  ", "x" * 41, "an\x1b[31m", "an/../x"])
def test_a_name_that_is_none_is_refused(written):
    """Every event has a who that can stand in a list."""
    with pytest.raises(Permanent, match="--as NAME"):
        operator_name(written)
