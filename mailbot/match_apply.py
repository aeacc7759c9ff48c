"""Answers to matching's mail, carried out: the facts a judgement needs, and its actions, in one transaction.

What a letter means was judged in `match_answers`; what follows from a word is in `match_effects`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mailbot import match_asking, match_digests, match_mail
from mailbot.correspondence import Correspondence
from mailbot.desk import Desk
from mailbot.match_answers import ApplyCommands, Facts, HandOn, Named, Order, RowCommand, TakeAnswer, WithdrawOffer
from mailbot.match_calls import no_answer
from mailbot.match_effects import Scene, Word, act, withdrawn
from mailbot.matching import mail_store, records_store, store
from mailbot.matching.digest import counted
from mailbot.matching.reached import says_not_reached
from mailbot.matching.reply_auth import Digest
from mailbot.matching.states import OPEN, Readiness, State, Verb
from mailbot.model import Intent, Permanent
from mailbot.outbox.store import Draft
from mailbot.storage.matching_tables import MATCH
from mailbot.tickets.rows import Judged

AWAY = timedelta(days=1)
PAUSE = timedelta(days=14)


def gather(connection: Connection, desk: Desk, named: Sequence[Named]) -> list[Facts]:
    """What the database knows of the digests and questions that letters name; one for each letter."""
    if not any(each.digests or each.matches or each.asks for each in named):
        return [Facts() for _ in named]
    digests = mail_store.digests_named(
        connection, {n for each in named for n in each.digests}, {n for each in named for n in each.matches}
    )
    asks = mail_store.asks(connection, {n for each in named for n in each.asks})
    return [_facts(each, desk, digests, asks) for each in named]


def _facts(named: Named, desk: Desk, digests: Mapping[int, Any], asks: Mapping[int, Mapping[str, Any]]) -> Facts:
    ask = next((asks[number] for number in named.asks if number in asks), {})
    mine = [number for number in named.digests if number in digests]
    mine += [n for n, (_, lines) in digests.items() if any(line["match"] in named.matches for line in lines)]
    made: list[Digest] = []
    for number in dict.fromkeys(mine):
        head, lines = digests[number]
        made.append(mail_store.as_digest(head, lines, desk.policy.matchmakers, desk.authserv_id or None))
    if not made:
        return Facts(ask=ask)
    requests = {(n, line["number"]): line["request"] for n in dict.fromkeys(mine) for line in digests[n][1]}
    return Facts(replace(made[0], others=tuple(made[1:])), requests, ask)


def apply(connection: Connection, letters: Correspondence, batch: Sequence[Judged], now: datetime) -> list[Draft]:
    """Carry out what judgements say of matching; the mails owed for it. The caller's transaction holds it all."""
    drafts: list[Draft] = []
    for each in batch:
        for order in each.judgement.orders:
            if isinstance(order, Order):
                drafts += _carry_out(connection, letters, each, order, now)
    return drafts


def _carry_out(
    connection: Connection, letters: Correspondence, each: Judged, order: Order, now: datetime
) -> list[Draft]:
    sender = each.judgement.letter.sender
    scene = Scene(connection, letters, now, sender.email if sender else "?", "mail")
    match order:
        case ApplyCommands():
            return _apply_commands(scene, each, order)
        case HandOn():
            return hand_on(scene, order.digest)
        case TakeAnswer():
            return take_answer(scene, order.ask, order.answer)
        case WithdrawOffer():
            return _withdraw(scene, order.ticket)


def _apply_commands(scene: Scene, each: Judged, action: ApplyCommands) -> list[Draft]:
    head = _head(scene, action.digest)
    if head is None:
        return []
    told: dict[str, list[str]] = {"changed": [], "not_done": [], "unclear": list(action.unclear)}
    labels = scene.letters.notes.labels[head["language"]]
    drafts: list[Draft] = []
    if action.refused:
        told["not_done"].append(labels[_refusal(action.refused)])
    for command in action.commands:
        kind, line, owed = _one(scene, head, command, each.message, labels)
        told[kind].append(line)
        drafts += owed
    for request in action.asks:
        kind, line, owed = _asked(scene, action.digest, request, labels)
        told[kind].append(line)
        drafts += owed
    about, identifier = _refusal(action.refused) if action.refused else "", each.judgement.letter.message_id
    confirm = match_mail.confirmation_draft(scene.letters, head, told, each.message, identifier, scene.now, about)
    return [*drafts, confirm]


def _head(scene: Scene, digest: int) -> dict[str, Any] | None:
    found = mail_store.digests_named(scene.connection, [digest], [])
    if digest not in found:
        return None
    row, lines = found[digest]
    first = store.by_number(scene.connection, lines[0]["match"]) if lines else None
    mailbox = first["r_who_mailbox"] if first else ""
    return match_digests.head_of(scene.letters, digest, row["token"], row["matchmaker"], mailbox)


def _refusal(reason: str) -> str:
    for word in ("expired", "unproven", "token"):
        if word in reason:
            return f"refused_{word}"
    return "refused_other"


def _one(
    scene: Scene, head: Mapping[str, Any], command: RowCommand, message: int, labels: Mapping[str, str]
) -> tuple[str, str, list[Draft]]:
    """One command: whether it `changed` something or was `not_done`, the line that says so, and the mails owed."""
    line = mail_store.line_of(scene.connection, head["id"], command.row)
    match = store.by_number(scene.connection, line["match"]) if line else None
    said = {"row": command.row, "command": command.command, "match": f"M-{match['id']}" if match else ""}
    refused = _why_not(scene, head, command, match)
    if refused or match is None:
        state = labels[f"state_{match['state']}"] if match else ""
        return "not_done", labels[refused or "not_row"].format(**said, state=state), []
    to = match_digests.matchmaker_of(scene.letters, command.to) if command.to else None
    try:
        done = act(scene, match, Word(Verb(command.command), command.reason, to.address if to else ""))
    except Permanent:
        return "not_done", labels["not_state"].format(**said, state=labels[f"state_{match['state']}"]), []
    owed = [*done.drafts, *_tried(scene, command, match)]
    mail_store.use_answer(scene.connection, head["id"], command.row, command.command, message, scene.now)
    until = done.until.astimezone(scene.letters.desk.policy.hours.tz).strftime("%d/%m %H:%M") if done.until else ""
    return (
        "changed",
        labels[f"did_{command.command}"].format(**said, to=to.name if to else "", until=until),
        owed,
    )


def _asked(scene: Scene, digest: int, request: int, labels: Mapping[str, str]) -> tuple[str, str, list[Draft]]:
    """`H-240 vraag`: those whom the digest named are asked, as far as they still fit but for one thing."""
    named = mail_store.shown_for(scene.connection, digest, request)
    try:
        found, drafts = match_asking.ask_named(scene, request, named)
    except Permanent:
        return "not_done", labels["not_ask"].format(request=f"H-{request}"), []
    asked = sum(not each.left_out for each in found)
    return "changed" if asked else "not_done", counted("did_ask", asked, labels, request=f"H-{request}"), drafts


def _tried(scene: Scene, command: RowCommand, match: Mapping[str, Any]) -> tuple[Draft, ...]:
    """`1 later, neemt niet op` is also a call in vain: rested, and after so many a person's."""
    if command.command != Verb.LATER or not says_not_reached(command.reason):
        return ()
    return no_answer(scene, match["request"]).drafts


def _why_not(scene: Scene, head: Mapping[str, Any], command: RowCommand, match: Mapping[str, Any] | None) -> str:
    """The label of the reason for which a command may not be carried out; empty where it may."""
    if match is None:
        return "not_row"
    if mail_store.was_used(scene.connection, head["id"], command.row, command.command):
        return "not_used"
    if match["owner"].casefold() != head["matchmaker"].casefold():
        return "not_yours" if State(match["state"]) in (*OPEN, State.CONTACTED, State.ACTIVE) else "not_state"
    known = {one.address.casefold() for one in scene.letters.desk.policy.matchmakers}
    return "not_to" if command.command == Verb.HAND_OVER and command.to.casefold() not in known else ""


def hand_on(scene: Scene, digest: int) -> list[Draft]:
    """The matchmaker of a digest is away: for a day they get nothing, and their open rows go to the others."""
    head = _head(scene, digest)
    if head is None:
        return []
    mail_store.mark_absent(scene.connection, head["matchmaker"], scene.now + AWAY)
    rows = store.matches(scene.connection, MATCH.c.owner == head["matchmaker"], MATCH.c.state.in_(OPEN))
    given = match_digests.shared_out(scene.connection, scene.letters, rows, scene.now)
    if rows and not given:
        about, step = f"away:{digest}", "mailbot match list"
        title = scene.letters.say("matchmaker_away", count=len(rows), matchmaker=head["matchmaker"])
        return scene.letters.alert("coordinator", title, [], step, scene.now, None, about)
    made = [
        match_digests.make(scene.connection, scene.letters, address, mine, f"handed:{digest}", scene.now)
        for address, mine in given.items()
    ]
    return [draft for draft in made if draft]


def take_answer(scene: Scene, number: int, answer: str) -> list[Draft]:
    """What follows from somebody's one word; the first answer counts."""
    asked = mail_store.asks(scene.connection, [number]).get(number)
    if asked is None or not mail_store.settle_ask(scene.connection, number, answer, scene.now):
        return []
    if asked["side"] == "volunteer":
        records_store.alter(scene.connection, Intent.HELP_OFFER, asked["ticket"], {"silences": 0})
    if asked["match"] is None:
        return _of_volunteer(scene, asked, answer)
    match = store.by_number(scene.connection, asked["match"])
    if match is None:
        return []
    try:
        if asked["about"] == "consent":
            return _consented(scene, match, asked["side"], answer)
        return _followed_up(scene, match, asked["side"], answer)
    except Permanent:  # the match went on without this answer; the answer stays with its question
        return []


def _of_volunteer(scene: Scene, asked: Mapping[str, Any], answer: str) -> list[Draft]:
    """An answer that is about no match: whether the offer stands, or may be used a little otherwise."""
    if asked["about"] == "mailing":
        return []  # the answer itself is what the next mailing looks at
    if asked["about"] == "near":
        return match_asking.answered(scene, asked, answer)
    return _reconfirmed(scene, asked["ticket"], answer)


def _consented(scene: Scene, match: Mapping[str, Any], side: str, answer: str) -> list[Draft]:
    if answer == "no":
        return list(act(scene, match, Word(Verb.REFUSED, f"{side}: no")).drafts)
    store.record_consent(scene.connection, match["id"], side, scene.actor, scene.via, scene.now)
    both = match_mail.SIDES.keys() <= store.consents(scene.connection, match["id"]).keys()
    return list(act(scene, match, Word(Verb.CONSENTED)).drafts) if both else []


def _followed_up(scene: Scene, match: Mapping[str, Any], side: str, answer: str) -> list[Draft]:
    """The requester's word decides; the volunteer's does where it is a no, or where the requester has no mail."""
    decides = side == "requester" or answer == "no" or not match["r_who_email"]
    if answer == "no":
        return list(act(scene, match, Word(Verb.NOT_DONE, f"{side}: no")).drafts)
    if answer == "not_yet" or not decides:
        return list(act(scene, match, Word(Verb.LATER)).drafts) if answer == "not_yet" else []
    verb = Verb.RUNNING if match["r_recurs"] else Verb.DONE
    return list(act(scene, match, Word(verb, columns={"reminded_at": None})).drafts)


def _reconfirmed(scene: Scene, offer: int, answer: str) -> list[Draft]:
    columns: dict[str, Any] = {"confirmed_at": scene.now, "updated_at": scene.now}
    if answer == "stop":
        return _withdraw(scene, offer)
    if answer == "pause":
        columns["paused_until"] = scene.now + PAUSE
    records_store.alter(scene.connection, Intent.HELP_OFFER, offer, columns | {"state": Readiness.READY})
    return []


def _withdraw(scene: Scene, offer: int) -> list[Draft]:
    if not records_store.stored(scene.connection, Intent.HELP_OFFER, [offer]):
        return []
    columns = {"state": Readiness.WITHDRAWN, "updated_at": scene.now}
    records_store.alter(scene.connection, Intent.HELP_OFFER, offer, columns)
    records_store.tell(scene.connection, offer, scene.actor, "withdrawn", scene.now)
    return withdrawn(scene, offer)
