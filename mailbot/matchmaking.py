"""The clock of matching: rounds, digests, timers, weekly questions. Everything here may be done twice without harm.

Each piece is one transaction. Proposals are solved anew each round; what was mailed stays as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot import growing, match_asking, match_digests, match_letters
from mailbot.correspondence import Correspondence
from mailbot.match_apply import hand_on
from mailbot.match_calls import call_again
from mailbot.match_effects import Scene, Word, act, ask_follow_up, due
from mailbot.match_weekly import count_silences, reconfirm
from mailbot.matching import mail_store, records_store, store
from mailbot.matching.candidates import near_misses
from mailbot.matching.digest import Missing
from mailbot.matching.proposals import Proposal, Run, propose
from mailbot.matching.records import Request
from mailbot.matching.states import OPEN, RUNNING, Need, State, Verb
from mailbot.matching.terms import terms
from mailbot.model import Intent
from mailbot.outbox import store as outbox
from mailbot.outbox.store import Draft
from mailbot.steps import Office
from mailbot.storage.locks import alone
from mailbot.storage.matching_tables import HELP_REQUEST, MATCH
from mailbot.storage.register import run_once_a_day

log = logging.getLogger(__name__)
Match = Mapping[str, Any]
MOST_MISSING, MOST_FOLLOW_UPS = 20, 30
FOR_OTHERS = ("spoc_kind", "for_profit")  # what no answer of the writer can change


def tick(office: Office) -> None:
    """Do what is due now: records, timers, the digest of this shift, what is urgent, the weekly questions.

    Only one worker at a time; without matchmakers in rules.yaml only the records are kept in step.
    """
    with alone(office.database, "matching") as mine:
        if not mine:
            return
        now = office.clock()
        with office.database.begin() as connection:
            growing.grow_late(connection, office.desk, now)
        if not office.desk.policy.matchmakers:
            return
        with office.database.begin() as connection:
            scene = scene_of(connection, office.correspondence, now)
            mail_store.enlist(connection, office.desk.policy.matchmakers, now)
            count_silences(connection, office.desk.policy.playbook, now)
            outbox.enqueue(connection, _timers(scene), now)
        _digest_of_shift(office, now)
        with office.database.begin() as connection:
            outbox.enqueue(connection, _urgent(scene_of(connection, office.correspondence, now)), now)
        reconfirm(office, now)


def scene_of(connection: Connection, letters: Correspondence, now: datetime) -> Scene:
    """The clock itself as the one who acts."""
    return Scene(connection, letters, now, "mailbot", "clock")


def _digest_of_shift(office: Office, now: datetime) -> None:
    """The digests of the shift that runs, once: the last hour of `digest_hours` that has come today."""
    local = now.astimezone(office.desk.policy.hours.tz)
    begun = [hour for hour in office.desk.policy.playbook.digest_hours if hour <= local.hour]
    if begun:
        job, today = f"digest {max(begun):02d}", local.date()
        run_once_a_day(office.database, job, today, now, lambda connection, at: _shift(connection, office, job, at))


def _shift(connection: Connection, office: Office, job: str, now: datetime) -> None:
    scene = scene_of(connection, office.correspondence, now)
    outbox.enqueue(connection, send_digests(scene, f"digest:{now.date()}:{job}"), now)


def send_now(office: Office) -> int:
    """Propose and mail at once, whatever the hour; how many mails were written."""
    now = office.clock()
    with office.database.begin() as connection:
        growing.grow_late(connection, office.desk, now)
        mail_store.enlist(connection, office.desk.policy.matchmakers, now)
        drafts = send_digests(scene_of(connection, office.correspondence, now), f"digest:{now.isoformat()}")
        outbox.enqueue(connection, drafts, now)
    return len(drafts)


def send_digests(scene: Scene, occasion: str) -> list[Draft]:
    """Propose, share out among the matchmakers, and write a digest to each who has something new."""
    missing, told_of = propose_now(scene)
    fresh = store.matches(scene.connection, MATCH.c.state == State.PROPOSED, MATCH.c.owner == "", MATCH.c.rank == 0)
    given = match_digests.shared_out(scene.connection, scene.letters, fresh, scene.now)
    drafts = _nobody_there(scene, len(fresh)) if fresh and not given else []
    for one in match_digests.present(scene.connection, scene.letters, scene.now):
        rows = [*given.get(one.address, []), *_follow_ups(scene, one.address)]
        told = missing if one.coordinator else []
        if rows or (told and given):
            draft = match_digests.make(
                scene.connection, scene.letters, one.address, rows, occasion, scene.now, told[:MOST_MISSING]
            )
            drafts += [draft] if draft else []
    return drafts + _calls(scene, missing) + told_of


def _nobody_there(scene: Scene, waiting: int) -> list[Draft]:
    title, about = scene.letters.say("nobody_there", count=waiting), f"nobody-there:{scene.now.date()}"
    return scene.letters.alert("coordinator", title, [], "mailbot match list", scene.now, None, about)


def _follow_ups(scene: Scene, address: str) -> list[Match]:
    """What this matchmaker has that became late since it last stood in a digest."""
    late = store.matches(scene.connection, MATCH.c.owner == address, MATCH.c.reminded_at.is_not(None))
    standing = [each for each in late if each["state"] in (State.ACCEPTED, *RUNNING)]
    fresh = [each for each in standing if _is_news(scene, each)]
    return list(fresh[:MOST_FOLLOW_UPS])


def _is_news(scene: Scene, match: Match) -> bool:
    shown = mail_store.last_shown(scene.connection, match["id"])
    return shown is None or match["reminded_at"] > shown


def propose_now(scene: Scene, *, urgent_only: bool = False) -> tuple[list[Missing], list[Draft]]:
    """One round: reserve the best volunteer for every open place.

    The requests that nobody can serve, and the mails about those that no volunteer may serve.
    """
    match_asking.propose_agreed(scene)
    facts = records_store.facts(scene.connection, scene.now)
    wanted = [each for each in facts.requests if each.urgent or not urgent_only]
    playbook = scene.letters.desk.policy.playbook
    run = propose(wanted, facts.offers, playbook, scene.now, facts.locked)
    for proposal in run.proposals:
        _reserve(scene, proposal, facts)
    return _missing(scene, run, facts), _refused(scene, run)


def _reserve(scene: Scene, proposal: Proposal, facts: records_store.Facts) -> None:
    """Write a proposal and those who stand by; the shown reserves stay with the first."""
    record = records_store.stored(scene.connection, Intent.HELP_REQUEST, [proposal.request])[proposal.request]
    match = {"urgent": proposal.urgent, "r_recurs": record["recurs"]}
    until = due(scene, State.PROPOSED, match)
    assert until is not None
    if store.add_proposal(scene.connection, proposal, until, scene.now) is None:
        return
    by_number = {each.id: each for each in facts.offers}
    request = next(each for each in facts.requests if each.id == proposal.request)
    for rank, each in enumerate(proposal.reserves[: proposal.asked], start=1):
        why = terms(request, by_number[each.offer], scene.letters.desk.policy.playbook, scene.now)
        second = replace(
            proposal, offer=each.offer, score=each.score, metres=each.metres, terms=why, reserves=(), asked=0
        )
        store.add_proposal(scene.connection, second, until, scene.now, rank)


def _missing(scene: Scene, run: Run, facts: records_store.Facts) -> list[Missing]:
    """The requests that nobody can serve; those that no volunteer may serve go to a person instead."""
    by_number = {each.id: each for each in facts.requests}
    numbers = sorted(run.unserved.keys() & by_number.keys() - run.refused.keys())
    records = records_store.stored(scene.connection, Intent.HELP_REQUEST, numbers)
    return [_near(scene, by_number[number], records[number], facts) for number in numbers]


def _refused(scene: Scene, run: Run) -> list[Draft]:
    """What is not for volunteers: told once to the care network's SPOC, or to the coordinator where there is none."""
    letters, drafts = scene.letters, []
    role = "care_network" if letters.desk.policy.alerts.get("care_network") else "coordinator"
    for ticket, reasons in run.refused.items():
        title, step = letters.say("not_for_volunteers", request=ticket), f"mailbot match show H-{ticket}"
        why = [letters.say(f"refused_{each.rule}") for each in reasons]
        drafts += letters.alert(role, title, why, step, scene.now, ticket, f"refused:{ticket}")
        if role == "care_network" and any(each.rule in FOR_OTHERS for each in reasons):
            _pass_on(scene, ticket)
    return drafts


def _pass_on(scene: Scene, ticket: int) -> None:
    """The care network has it: nobody is proposed for it any more, until it turns out to be about something else."""
    passed = {"state": Need.PASSED_ON, "updated_at": scene.now}
    records_store.alter(scene.connection, Intent.HELP_REQUEST, ticket, passed)
    records_store.tell(scene.connection, ticket, "mailbot", "passed on", scene.now, to="care_network")


def _near(scene: Scene, request: Request, record: Match, facts: records_store.Facts) -> Missing:
    found = near_misses(request, facts.offers, scene.letters.desk.policy.playbook, scene.now)
    ask = found[0].refusals[0].rule if found else ""
    return Missing(record, tuple(each.offer for each in found if each.refusals[0].rule == ask), ask)


def _calls(scene: Scene, missing: Sequence[Missing]) -> list[Draft]:
    """For each request that nobody fits: a draft call to the communication SPOC, once; urgent: the coordinator too."""
    letters, drafts = scene.letters, []
    for each in missing:
        for recipient in letters.desk.policy.alerts.get("communication", ()):
            drafts.append(match_letters.call_draft(letters, each, recipient, scene.now))
        if each.request["urgent"]:
            ticket = each.request["ticket"]
            title, step = letters.say("no_volunteer", request=ticket), f"mailbot match show H-{ticket}"
            near = ", ".join(f"A-{offer}" for offer in each.near) or letters.say("nobody")
            lines = [letters.say("nearly_fit", offers=near)]
            drafts += letters.alert("coordinator", title, lines, step, scene.now, ticket, f"nobody:{ticket}")
    return drafts


def _urgent(scene: Scene) -> list[Draft]:
    """Urgent requests wait for no shift: proposed and mailed at once."""
    waiting = [each for each in records_store.facts(scene.connection, scene.now).requests if each.urgent]
    missing, told_of = propose_now(scene, urgent_only=True) if waiting else ([], [])
    fresh = store.matches(
        scene.connection,
        *(MATCH.c.state == State.PROPOSED, MATCH.c.owner == "", MATCH.c.rank == 0, MATCH.c.urgent.is_(True)),
    )
    given = match_digests.shared_out(scene.connection, scene.letters, fresh, scene.now)
    made = [
        match_digests.make(scene.connection, scene.letters, address, rows, f"urgent:{rows[0]['id']}", scene.now)
        for address, rows in given.items()
    ]
    return [draft for draft in made if draft] + _calls(scene, missing) + told_of


def _timers(scene: Scene) -> list[Draft]:
    """Every match whose time is over, by its state; and those whose request is no longer there."""
    call_again(scene)
    drafts = _came_back(scene)
    is_gone = HELP_REQUEST.c.state.in_((Need.WITHDRAWN, Need.PASSED_ON))
    for match in store.matches(scene.connection, MATCH.c.state.in_(OPEN), is_gone):
        store.change(scene.connection, _cancelled(match), scene.now)
    for match in store.matches(scene.connection, MATCH.c.deadline <= scene.now):
        drafts += _out_of_time(scene, match)
    return drafts


def _came_back(scene: Scene) -> list[Draft]:
    """A digest that could not be delivered is as good as an absence: its rows go to the others, and a person hears."""
    drafts: list[Draft] = []
    for digest in mail_store.came_back(scene.connection):
        title, about = scene.letters.say("digest_back", digest=digest), f"came-back:{digest}"
        drafts += scene.letters.alert("coordinator", title, [], "mailbot match list", scene.now, None, about)
        drafts += hand_on(scene, digest)
    return drafts


def _out_of_time(scene: Scene, match: Match) -> list[Draft]:
    state = State(match["state"])
    if state is State.PROPOSED:
        return list(act(scene, match, Word(Verb.SILENCE, "no answer in time")).drafts)
    if state is State.ACCEPTED:
        return _not_called(scene, match)
    return _is_it_done(scene, match) if state in RUNNING else []


def _cancelled(match: Match) -> store.Change:
    before = State(match["state"])
    return store.Change(
        *(match["id"], match["request"], match["offer"], before, State.CANCELLED, None),
        *("mailbot", "clock", Verb.STOP.value, "the request was withdrawn or passed on"),
    )


def _not_called(scene: Scene, match: Match) -> list[Draft]:
    """First a reminder to the matchmaker, the second time the coordinator."""
    until = due(scene, State.ACCEPTED, match)
    store.note(scene.connection, match["id"], {"deadline": until, "reminded_at": scene.now})
    if match["reminded_at"] is None:
        occasion = f"reminder:{match['id']}:{match['deadline'].isoformat()}"
        draft = match_digests.make(scene.connection, scene.letters, match["owner"], [match], occasion, scene.now)
        return [draft] if draft else []
    title, step = scene.letters.say("not_called", match=match["id"]), f"mailbot match show M-{match['id']}"
    owner, about = [scene.letters.say("with_matchmaker", matchmaker=match["owner"])], f"uncalled:{match['id']}"
    return scene.letters.alert("coordinator", title, owner, step, scene.now, match["request"], about)


def _is_it_done(scene: Scene, match: Match) -> list[Draft]:
    """Ask both sides; where the requester cannot be asked, or was and said nothing, a row in the digest."""
    drafts = ask_follow_up(scene, match)
    was_asked = mail_store.is_asked(scene.connection, match["id"], "requester", "follow_up")
    is_silent = match["started_at"] is not None or match["reminded_at"] is not None or not match["r_who_email"]
    is_late = is_silent or (was_asked and not drafts)
    columns: dict[str, Any] = {"deadline": due(scene, State(match["state"]), match)}
    store.note(scene.connection, match["id"], columns | ({"reminded_at": scene.now} if is_late else {}))
    return drafts
