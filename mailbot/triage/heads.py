"""The questions that every word is scored for: acts, intents, flags, categories, topics; and who answers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from mailbot.triage.corpus import LabelledLetter, LabelledSentence
from mailbot.triage.rules import Category, Topic

INTENT_OF_ACT = {
    "ask_info": "info",
    "ask_help": "help_request",
    "offer_help": "help_offer",
    "limit_offer": "help_offer",
    "urgency": "help_request",
}
INTENTS = ("info", "help_request", "help_offer", "other", "spam")
SPOKEN = 0.5  # how much a sentence counts beside a letter
MADE = 0.12  # and one made from a frame
FLAGS = ("urgent", "organisation", "on_behalf")
ACTS_OF = {
    "info": ("ask_info", "complain_report"),
    "help_request": ("ask_help", "solved_withdraw"),
    "help_offer": ("offer_help", "limit_offer", "ask_info"),
    "other": ("solved_withdraw", "complain_report", "press_survey_job", "everyday"),
}
MACHINE_ACTS = frozenset({"machine", "bulk", "no_act", "press_survey_job"})
SHADES = {
    ("no_act", "private"): "everyday",
    ("press_survey_job", "spam"): "bulk",
    ("press_survey_job", "sales"): "bulk",
}


@dataclass(frozen=True, slots=True)
class Head:
    """One question: its columns, and for each example its label (None: not asked) and how much it counts."""

    columns: tuple[str, ...]
    labels: tuple[str | None, ...]
    importance: tuple[float, ...]
    freedom: float = 30.0


def heads(letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence]) -> list[Head]:
    """Every question over the same examples: the letters first, then the sentences."""
    weights = (1.0,) * len(letters) + tuple(MADE if each.made else SPOKEN for each in spoken)
    acts = tuple([None] * len(letters) + [shade(each) for each in spoken])
    names = sorted({act for act in acts if act})
    intents = (*map(intent_label, letters), *(spoken_intent(each) for each in spoken))
    found = [Head(tuple(f"act:{name}" for name in names), acts, weights)]
    found.append(Head(tuple(f"intent:{name}" for name in INTENTS), intents, weights))
    found += [_flag(name, letters, spoken, weights) for name in FLAGS]
    found += [_label("category", name, letters, spoken, weights) for name in get_args(Category)]
    found += [_label("topic", name, letters, spoken, weights) for name in get_args(Topic)]
    return [head for head in found if len(set(head.labels) - {None}) > 1]


def intent_label(letter: LabelledLetter) -> str:
    """The intent of a letter, or spam, which is trained beside the intents."""
    return "spam" if letter.gold["kind"] == "spam" else str(letter.gold["intent"])


def shade(spoken: LabelledSentence) -> str:
    """The act a sentence is trained as: private chatter and mass mail stand apart from their acts."""
    return SHADES.get((spoken.act, spoken.label), spoken.act)


def spoken_intent(spoken: LabelledSentence) -> str:
    """The intent of a sentence that is a letter of its own."""
    act = shade(spoken)
    return "spam" if act == "bulk" else INTENT_OF_ACT.get(act, "other")


def allowed_acts(letter: LabelledLetter) -> frozenset[str]:
    """The acts that sentences of a letter with these labels can have; any letter may say nothing or thank."""
    gold = letter.gold
    if gold["kind"] != "human":
        return MACHINE_ACTS
    found = {act for intent in (gold["intent"], *gold["also"]) for act in ACTS_OF[intent]} | {"no_act", "thanks_praise"}
    return frozenset(found | ({"urgency"} if gold["urgent"] else set()))


def flag_of(letter: LabelledLetter, flag: str) -> bool:
    """Whether a flag is set in the labels of a letter."""
    return letter.gold["audience"] == "organisation" if flag == "organisation" else bool(letter.gold[flag])


def _flag(
    flag: str, letters: Sequence[LabelledLetter], spoken: Sequence[LabelledSentence], weights: tuple[float, ...]
) -> Head:
    heard = [str(each.act == "urgency") if flag == "urgent" else None for each in spoken]
    return Head((f"flag:{flag}",), (*(str(flag_of(each, flag)) for each in letters), *heard), weights)


def _label(
    group: str,
    name: str,
    letters: Sequence[LabelledLetter],
    spoken: Sequence[LabelledSentence],
    weights: tuple[float, ...],
) -> Head:
    key, acts = ("categories", ("ask_help", "offer_help")) if group == "category" else ("topics", ("ask_info",))
    written = [str(name in letter.gold[key]) for letter in letters]
    heard = [_spoken_label(each, name, acts) for each in spoken]
    return Head((f"{group}:{name}",), (*written, *heard), weights)


def _spoken_label(spoken: LabelledSentence, name: str, acts: tuple[str, ...]) -> str | None:
    if spoken.act not in acts:
        return "False"
    return str(name in spoken.label.split(",")) if spoken.label else None
