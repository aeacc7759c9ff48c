"""Opening the desk: from settings and policy to the values that the steps work with. Reads; starts nothing."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from pydantic import SecretStr

from mailbot.answering import Answering, make_answering
from mailbot.answers.store import load_index, load_weights, mark, weights_folder
from mailbot.correspondence import Correspondence
from mailbot.desk import Desk
from mailbot.intake.imap import ImapSource
from mailbot.intake.maildir import MaildirSource
from mailbot.intake.screen import Own
from mailbot.intake.source import Account, Bounds, Filing, Patience, Source
from mailbot.model import Address, ConfigurationError
from mailbot.outbox.notes import Notes, load_notes
from mailbot.outbox.render import Templates, load_templates
from mailbot.outbox.smtp import Delivery, Relay
from mailbot.place import database_url
from mailbot.policy import Policy, load_policy, load_sections
from mailbot.settings import MailboxSettings, Oauth, Settings, SmtpSettings, load_settings, reveal
from mailbot.shipped import shipped
from mailbot.steps import Office
from mailbot.storage.database import Database
from mailbot.storage.schema import require_current
from mailbot.strict import Document, read_made
from mailbot.tickets.threads import Signing
from mailbot.triage.store import load_rules
from mailbot.writing import Writing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox as the worker needs it: how to connect, from when on its mail is answered, how often to look."""

    connect: Callable[[], Source]
    cutoff: datetime
    poll_seconds: float


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened desk."""

    settings: Settings
    policy: Policy
    office: Office
    boxes: Mapping[str, Box]
    delivery: Delivery


def open_desk(folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Opened:
    """Open the desk of a folder. Raises ConfigurationError for whatever is missing or wrong."""
    settings = load_settings(folder)
    if not settings.mailboxes:
        raise ConfigurationError(f"{folder}: no mailbox; add a section [mailboxes.NAME] to mailbot.toml")
    policy = load_policy(folder / settings.rules)
    database = Database(database_url(folder))
    require_current(database)
    desk = make_desk(folder, settings, policy)
    office = Office(database, desk, _correspondence(folder, settings, desk), _worker_name(), clock)
    relay = make_relay(folder, settings.smtp)
    return Opened(
        settings,
        policy,
        office,
        {name: make_box(folder, name, box, policy) for name, box in settings.mailboxes.items()},
        Delivery(database, relay, policy.outbox, office.worker, clock),
    )


def open_writing(folder: Path) -> Writing:
    """Open no more of a desk than operators write with. Raises ConfigurationError for what is missing or wrong."""
    settings = load_settings(folder)
    if not settings.mailboxes:
        raise ConfigurationError(f"{folder}: no mailbox; add a section [mailboxes.NAME] to mailbot.toml")
    policy = load_sections(folder / settings.rules, [name for name in Policy.model_fields if name != "triage"])
    database = Database(database_url(folder))
    require_current(database)
    folders = (folder / settings.templates, shipped("templates"))
    signing = _signing(folder, settings, policy)
    return Writing(database, policy, signing, folders, _mailboxes(settings, policy), folder / settings.answers)


def make_desk(folder: Path, settings: Settings, policy: Policy) -> Desk:
    """What every judgement is made with."""
    signing = _signing(folder, settings, policy)
    own = Own(frozenset(box.address for box in settings.mailboxes.values()), signing.host)
    answering = open_answering(folder, settings, policy)
    return Desk(policy, load_rules(policy.triage, folder), own, signing, settings.authserv_id, answering)


def _signing(folder: Path, settings: Settings, policy: Policy) -> Signing:
    host = settings.host or next(iter(settings.mailboxes.values())).address.partition("@")[2]
    key = reveal(folder, settings.secret, settings.secret_file, "the signing key (secret)").encode()
    if len(key) < 32:
        raise ConfigurationError("the signing key is shorter than 32 characters; `mailbot init` writes a good one")
    return Signing(key, host, policy.town.tag)


def open_answering(folder: Path, settings: Settings, policy: Policy) -> Answering:
    """The library of a desk, ready for asking; answers that cannot be read are told by `check` and left out."""
    weights = load_weights(weights_folder(folder))
    return make_answering(load_index(folder / settings.answers), weights, policy.answers)


def renewed(opened: Opened, seen: object) -> tuple[Opened, object]:
    """The desk with its library as it lies there now, and the mark of it; the same desk where `seen` is that mark.

    A library that changed while it was read is read at the next look; for one that cannot be read, the last one stays.
    """
    settings, desk = opened.settings, opened.office.desk
    now = mark(settings.folder / settings.answers)
    if now == seen:
        return opened, seen
    try:
        answering = open_answering(settings.folder, settings, opened.policy)
    except ConfigurationError as error:
        log.warning("the answers stay as they were: %s", error)
        return opened, now
    if mark(settings.folder / settings.answers) != now:
        return opened, seen
    changed = replace(desk, answering=answering)
    letters = replace(opened.office.correspondence, desk=changed)
    return replace(opened, office=replace(opened.office, desk=changed, correspondence=letters)), now


def make_templates(folder: Path, settings: Settings, policy: Policy) -> Templates:
    """The town's templates over the shipped ones."""
    folders = [folder / settings.templates, shipped("templates")]
    return load_templates(folders, policy.town.languages, _words)


def make_notes(folder: Path, settings: Settings, policy: Policy) -> Notes:
    """The town's mails of matching over the shipped ones."""
    return load_notes([folder / settings.templates, shipped("templates")], policy.town.languages, _words)


def _words(path: Path) -> Mapping[str, str]:
    return read_made(path, _words_in)


def _words_in(document: Document) -> Mapping[str, str]:
    return {str(name): str(word) for name, word in document.value.items()}


def _correspondence(folder: Path, settings: Settings, desk: Desk) -> Correspondence:
    notes = make_notes(folder, settings, desk.policy)
    templates = make_templates(folder, settings, desk.policy)
    return Correspondence(desk, templates, _mailboxes(settings, desk.policy), notes)


def _mailboxes(settings: Settings, policy: Policy) -> dict[str, Address]:
    name = f"{policy.town.desk}, {policy.town.name}"
    return {key: Address(box.address, name) for key, box in settings.mailboxes.items()}


def make_box(folder: Path, name: str, box: MailboxSettings, policy: Policy) -> Box:
    """One mailbox, ready to be connected to."""
    filing = Filing(box.filing, box.filed_folder, box.machine_folder)
    bounds = Bounds(box.batch_messages, box.batch_octets, box.message_octets)
    cutoff = datetime.combine(box.since, time(), policy.hours.tz).astimezone(UTC)
    if box.source == "maildir":
        path = folder / (box.maildir or "")
        return Box(lambda: MaildirSource(path, filing, bounds), cutoff, box.poll_seconds)
    account = Account(
        host=box.host,
        port=box.port,
        user=box.user or box.address,
        secret=_secret(folder, box.oauth, box.password, box.password_file, f"the password of mailbox {name}"),
        tls=box.tls,
        oauth=box.oauth is not None,
        folder=box.folder,
        ca_file=folder / box.ca_file if box.ca_file else None,
        filing=filing,
        bounds=bounds,
        patience=Patience(box.connect_seconds, box.read_seconds, box.deadline_seconds),
    )
    return Box(lambda: ImapSource(account), cutoff, box.poll_seconds)


def make_relay(folder: Path, smtp: SmtpSettings) -> Relay:
    """The relay, ready to be connected to."""
    return Relay(
        host=smtp.host,
        port=smtp.port,
        tls=smtp.tls,
        user=smtp.user,
        secret=_secret(folder, smtp.oauth, smtp.password, smtp.password_file, "the password of the relay"),
        oauth=smtp.oauth is not None,
        ca_file=folder / smtp.ca_file if smtp.ca_file else None,
        connections=smtp.connections,
        connect_seconds=smtp.connect_seconds,
        read_seconds=smtp.read_seconds,
        data_seconds=smtp.data_seconds,
        null_sender=smtp.null_sender,
    )


def _secret(folder: Path, oauth: Oauth | None, password: SecretStr, file: Path | None, what: str) -> Callable[[], str]:
    """A secret that is read when it is needed, so that a changed password needs no restart."""
    if oauth is None:
        return lambda: reveal(folder, password, file, what)
    from mailbot.intake.oauth import token_source

    secret = reveal(folder, oauth.client_secret, oauth.client_secret_file, f"the client secret for {what}")
    return token_source(oauth.tenant, oauth.client_id, secret, oauth.scope)


def _worker_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
