"""Whether a person could come to harm or go without food, medicine or care today or tomorrow. Never about capitals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mailbot.model import Evidence, Intent
from mailbot.triage.rules import TriageRules
from mailbot.triage.signals import Heard, Reading, all_hits, chance

ENOUGH = 4.0  # a rule of this weight alerts a person whatever the model says
CALM = 0.5  # who only offers, or writes neither to ask nor for help, is seldom in danger; then more is needed
PLEADING = frozenset({Intent.HELP_REQUEST, Intent.INFO})


def urgency(
    reading: Reading, rules: TriageRules, shown: Mapping[str, float], intents: Collection[Intent]
) -> tuple[bool, Evidence | None]:
    """Urgent or not, and, where it is, the sentence that made it so. Errs on the side of looking."""
    likely = _chance(reading, rules, shown)
    from_here = rules.policy.urgent_from if PLEADING & set(intents) else max(CALM, rules.policy.urgent_from)
    if likely < from_here:
        return False, None
    sentence = max(reading.heard, key=_pressing, default=None)
    named = next((hit.rule for hit in sentence.hits if hit.about == "urgent"), "") if sentence else ""
    because = f"rule {named}" if named else "a person could come to harm or go without today or tomorrow"
    return True, Evidence("urgent", "true", because, sentence.sentence.text if sentence else "", round(likely, 3))


def _chance(reading: Reading, rules: TriageRules, shown: Mapping[str, float]) -> float:
    layer = rules.weights.layers.get("urgent") if rules.weights else None
    if layer is None or not reading.heard:
        return 0.0
    ruled = any(hit.about == "urgent" and hit.weight >= ENOUGH for hit in all_hits(reading))
    return max(chance(layer, shown), CALM if ruled else 0.0)


def _pressing(each: Heard) -> float:
    ruled = sum(hit.weight for hit in each.hits if hit.about == "urgent")
    return ruled + each.acts.get("urgency", 0.0) * 4 + each.columns.get("flag:urgent", 0.0)
