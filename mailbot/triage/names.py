"""The names of kinds of help and of subjects, for whoever lists them without loading the rules."""

from __future__ import annotations

CATEGORIES = (
    *("groceries", "pharmacy", "meals", "pets", "transport", "social_call", "letters", "childcare", "tutoring"),
    *("errands", "sewing_masks", "materials", "housing", "digital_help", "translation", "care_nursing"),
    *("staff_volunteers", "admin_help", "other"),
)
