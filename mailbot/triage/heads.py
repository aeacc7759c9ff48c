"""The questions that every word is scored for: acts, intents, flags, categories, topics; and what examples answer."""

from __future__ import annotations

from collections.abc import Collection
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
ACTS = (
    *("ask_help", "ask_info", "bulk", "complain_report", "everyday", "limit_offer", "machine", "no_act"),
    *("offer_help", "press_survey_job", "solved_withdraw", "thanks_praise", "urgency"),
)
FLAGS = ("urgent", "organisation", "on_behalf")
COLUMNS = (
    *(f"act:{name}" for name in ACTS),
    *(f"intent:{name}" for name in INTENTS),
    *(f"flag:{name}" for name in FLAGS),
    *(f"category:{name}" for name in get_args(Category)),
    *(f"topic:{name}" for name in get_args(Topic)),
)
SPOKEN = 0.5  # how much a sentence counts beside a letter
MADE = 0.12  # and one made from a frame
UNKNOWN = 0.0  # the answer of an example that does not tell; yes is 1 and no is -1
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


def letter_answers(letter: LabelledLetter) -> list[float]:
    """What a labelled letter answers, column by column. It tells which acts it cannot hold, not which it does."""
    gold, allowed, intent = letter.gold, allowed_acts(letter), intent_label(letter)
    return [
        *(UNKNOWN if name in allowed else -1.0 for name in ACTS),
        *(_yes(name == intent) for name in INTENTS),
        *(_yes(flag_of(letter, name)) for name in FLAGS),
        *(_yes(name in gold["categories"]) for name in get_args(Category)),
        *(_yes(name in gold["topics"]) for name in get_args(Topic)),
    ]


def spoken_answers(spoken: LabelledSentence) -> list[float]:
    """What a labelled sentence answers, column by column; an act without a label tells nothing of labels."""
    act, intent, labels = shade(spoken), spoken_intent(spoken), spoken.label.split(",")
    return [
        *(_yes(name == act) for name in ACTS),
        *(_yes(name == intent) for name in INTENTS),
        *(_yes(spoken.act == "urgency") if name == "urgent" else UNKNOWN for name in FLAGS),
        *_labels(spoken, ("ask_help", "offer_help"), get_args(Category), labels),
        *_labels(spoken, ("ask_info",), get_args(Topic), labels),
    ]


def importance(example: LabelledLetter | LabelledSentence) -> float:
    """How much an example counts beside a letter."""
    if isinstance(example, LabelledLetter):
        return 1.0
    return MADE if example.made else SPOKEN


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


def _labels(
    spoken: LabelledSentence, acts: Collection[str], names: Collection[str], labels: Collection[str]
) -> list[float]:
    if spoken.act not in acts:
        return [-1.0] * len(names)
    return [_yes(name in labels) for name in names] if spoken.label else [UNKNOWN] * len(names)


def _yes(answer: bool) -> float:
    return 1.0 if answer else -1.0
