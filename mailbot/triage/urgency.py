"""Whether a person could come to harm or go without food, medicine or care today or tomorrow. Never about capitals."""

from __future__ import annotations

from collections.abc import Mapping

from mailbot.model import Evidence
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Heard, Reading, sigmoid, weigh


def urgency(reading: Reading, rules: TriageRules, shown: Mapping[str, float]) -> tuple[bool, Evidence | None]:
    """Urgent or not, and, where it is, the sentence that made it so. Errs on the side of looking."""
    chance = _chance(reading, rules, shown)
    if chance < rules.policy.urgent_from:
        return False, None
    sentence = max(reading.heard, key=_pressing, default=None)
    named = next((hit.rule for hit in sentence.hits if hit.about == "urgent"), "") if sentence else ""
    because = f"rule {named}" if named else "a person could come to harm or go without today or tomorrow"
    return True, Evidence("urgent", "true", because, sentence.sentence.text if sentence else "", chance)


def _chance(reading: Reading, rules: TriageRules, shown: Mapping[str, float]) -> float:
    layer = rules.weights.layers.get("urgent") if rules.weights else None
    if layer is None or not reading.heard:
        return 0.0
    low, high = weigh(layer, shown)
    return sigmoid(high - low)


def _pressing(each: Heard) -> float:
    ruled = sum(hit.weight for hit in each.hits if hit.about == "urgent")
    return ruled + each.acts.get("urgency", 0.0) * 4 + each.columns.get("flag:urgent", 0.0)
