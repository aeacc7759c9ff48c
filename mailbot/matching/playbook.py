"""The playbook (draaiboek): the town's limits, weights, prices, waiting times and stand-bys for matching.

Read from `playbook:` in rules.yaml. What a limit forbids is said in `hard_rules`, what a weight buys in `terms`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Part = Literal["morning", "afternoon", "evening", "night"]
Points = Annotated[int, Field(ge=0, le=10_000)]
Hours = Annotated[int, Field(ge=1, le=24 * 90)]
Count = Annotated[int, Field(ge=0, le=20)]


class Section(BaseModel):
    """One part of the playbook. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Insured(Section):
    """When volunteers are insured: first and last day (empty is open) and the parts of the day."""

    first_day: date | None = None
    last_day: date | None = None
    parts: tuple[Part, ...] = ("morning", "afternoon", "evening")


class Limits(Section):
    """The hard rules' limits: what no score can outweigh."""

    farthest_km: float = Field(default=5.0, gt=0, le=100)
    confirmed_days: int = Field(default=14, ge=1, le=365)
    talk_kinds: tuple[str, ...] = ("social_call", "tutoring", "digital_help", "translation", "admin_help")
    remote_kinds: tuple[str, ...] = (
        "social_call", "letters", "tutoring", "digital_help", "translation", "admin_help", "sewing_masks",
    )  # fmt: skip
    minor_kinds: tuple[str, ...] = ("letters",)
    spoc_kinds: tuple[str, ...] = ("childcare", "care_nursing")
    insured: Insured = Insured()


class Weights(Section):
    """Points that a candidate can earn by each term; together they are the score. `waited_days` earn it all."""

    distance: Points = 400
    first_choice: Points = 200
    other_choice: Points = 120
    own_language: Points = 100
    shared_language: Points = 60
    time: Points = 150
    waited: Points = 150
    waited_days: int = Field(default=14, ge=1, le=365)


class Prices(Section):
    """What an assignment costs in points: each further task of one volunteer; and what a request's age is worth.

    The u-th task that a volunteer carries beside others costs u x `extra_task`. `age_per_day` decides, for at
    most `age_days`, who is served where not everybody can be.
    """

    extra_task: Points = 60
    age_per_day: Points = 20
    age_days: int = Field(default=30, ge=0, le=365)


class TimeLimits(Section):
    """How long each step may take, in desk hours for the matchmaker's answer and in plain hours for the rest."""

    answer_hours: Hours = 12
    urgent_answer_hours: Hours = 4
    contact_hours: Hours = 24
    urgent_contact_hours: Hours = 4
    start_hours: Hours = 72
    follow_up_hours: Hours = 48
    weekly_hours: Hours = 168
    silences: int = Field(default=2, ge=1, le=20)
    call_back_hours: Hours = 4
    call_tries: int = Field(default=3, ge=1, le=20)


class StandBys(Section):
    """How many volunteers are asked beside the first one, and how many reserves a digest row shows."""

    urgent: Count = 2
    other: Count = 0
    shown: Count = 2


class Matchmaker(Section):
    """One of those who judge proposals, by mail. Districts as the map names them; languages most fluent first."""

    address: str = Field(pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,250}$")
    name: str
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("nl",)
    coordinator: bool = False


class Playbook(Section):
    """All of `playbook:`. A request looks at its `candidates` best pairs, at more where help is short.

    Digests leave at `digest_hours` (local time, the start of a shift); an offer is asked every `reconfirm_days`
    whether it still stands.
    """

    limits: Limits = Limits()
    weights: Weights = Weights()
    prices: Prices = Prices()
    time_limits: TimeLimits = TimeLimits()
    stand_bys: StandBys = StandBys()
    candidates: int = Field(default=30, ge=1, le=10_000)
    candidates_when_short: int = Field(default=50, ge=1, le=10_000)
    one_open_proposal: bool = True
    digest_hours: tuple[Annotated[int, Field(ge=0, le=23)], ...] = (8, 12, 16)
    reconfirm_days: int = Field(default=7, ge=1, le=90)
