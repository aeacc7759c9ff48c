"""What the fields of a web form say of a letter, set over what triage found in its words. Pure.

Meets here: the fields of `intake.webform` and the finders of `triage`. Which mail is a form's is told there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailbot.intake.forms import agrees, fold
from mailbot.intake.webform import FormLetter
from mailbot.model import Evidence, Intent, Verdict
from mailbot.triage import contacts, places
from mailbot.triage.rules import TriageRules

LANGUAGES = {
    "nl": ("nl", "nederlands", "dutch", "neerlandais", "niederlandisch", "vlaams", "flemish"),
    "fr": ("fr", "frans", "francais", "french", "franzosisch"),
    "en": ("en", "engels", "anglais", "english", "englisch"),
    "de": ("de", "duits", "allemand", "german", "deutsch"),
}
ONESELF = frozenset({"mezelf", "mijzelf", "ik", "mij", "ikzelf", "moi", "moi-meme", "me", "myself", "nee", "non", "no"})


def as_filled_in(verdict: Verdict, form: FormLetter, rules: TriageRules) -> Verdict:
    """The verdict on the free text, with telephone, place, language and on whose behalf as the fields say."""
    values = form.filled.values
    found = {
        "phone": contacts.find(values.get("phone", ""), own_numbers=rules.own_numbers).first,
        "place": _place(values.get("place", ""), verdict, rules),
        "language": _language(values.get("language", "")),
    }
    said = {name: value for name, value in found.items() if value}
    told = tuple(Evidence(name, value, f"the form's field {name}", values[name]) for name, value in said.items())
    read = Evidence("form", "read as a web form", f"the fields {', '.join(form.filled.heads)}; {form.because}")
    heard = tuple(each for each in verdict.reasons if each.about not in said)
    other = values.get("on_behalf", "")
    for_other = fold(other) not in ONESELF | {""} and Intent.HELP_REQUEST in _intents(verdict)
    return replace(
        verdict,
        phone=said.get("phone", verdict.phone),
        place=said.get("place", verdict.place),
        language=said.get("language", verdict.language),
        language_sure=verdict.language_sure or "language" in said,
        on_behalf=verdict.on_behalf or for_other,
        needs={**verdict.needs, **({"for": other} if for_other else {}), **_consent(values)},
        reasons=(read, *told, *heard),
    )


def _consent(values: Mapping[str, str]) -> dict[str, str]:
    """What the writer said of passing it on, if the form asks."""
    return {"consent": "yes" if agrees(values["consent"]) else "no"} if "consent" in values else {}


def _intents(verdict: Verdict) -> tuple[Intent, ...]:
    return (verdict.intent, *verdict.also)


def _place(value: str, verdict: Verdict, rules: TriageRules) -> str | None:
    if not value or rules.gazetteer is None:
        return None
    is_help = bool({Intent.HELP_REQUEST, Intent.HELP_OFFER} & set(_intents(verdict)))
    return places.find(value, rules.gazetteer, intent_is_help=is_help).name


def _language(value: str) -> str | None:
    """The language that a field names first, of those the desk knows."""
    first = fold(value).partition(" ")[0].strip(",;/.")
    return next((code for code, names in LANGUAGES.items() if first in names), None)
