"""What a letter says beside its intent: language, telephone, place. The finders look; here they are asked together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from mailbot.model import Evidence, Intent
from mailbot.triage import contacts, language, places
from mailbot.triage.contacts import Phones
from mailbot.triage.language import Language
from mailbot.triage.places import PlaceFound
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Reading

MAYBE_HELP = 0.15  # from this chance on a letter may be about help, and an operator wants to see where


@dataclass(frozen=True, slots=True)
class Details:
    """What was found; `needs` by the names of `model.Verdict.needs`."""

    language: Language
    phones: Phones = field(default_factory=Phones)
    place: PlaceFound = field(default_factory=PlaceFound)
    needs: Mapping[str, str] = field(default_factory=dict)

    def reasons(self) -> Iterator[Evidence]:
        """The sentences that say so."""
        yield from (each for each in (self.language.evidence, self.phones.evidence, self.place.evidence) if each)


def details(reading: Reading, intents: Collection[Intent], rules: TriageRules, helping: float) -> Details:
    """Everything the finders see in a letter with these intents; `helping` is the chance that it is about help."""
    letter = reading.letter
    forwarded = letter.forward.text if letter.forward else ""
    return Details(
        language_of(reading),
        contacts.find(letter.new_text, subject=letter.subject, own_numbers=rules.own_numbers, forwarded=forwarded),
        _place(reading, intents, rules, forwarded, helping),
    )


def language_of(reading: Reading) -> Language:
    """The language to answer in."""
    letter = reading.letter
    return language.find(letter.new_text, subject=letter.subject)


def _place(
    reading: Reading, intents: Collection[Intent], rules: TriageRules, forwarded: str, helping: float
) -> PlaceFound:
    if rules.gazetteer is None:
        return PlaceFound()
    return places.find(
        reading.letter.new_text,
        rules.gazetteer,
        subject=reading.letter.subject,
        forwarded=forwarded,
        intent_is_help=helping >= MAYBE_HELP or bool({Intent.HELP_REQUEST, Intent.HELP_OFFER} & set(intents)),
        is_request=Intent.HELP_REQUEST in intents,
    )
