"""What people ask, as the communication team reads it in the morning: a page with pictures, and the same as a mail.

Pure: numbers and words in, text and HTML out. Pictures are SVG in the page, with every number beside them as text.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.answers.clusters import Cluster, is_new, rising

SHOWN = 8
_STYLE = (
    ":root{color-scheme:light dark}body{margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif}"
    "main{max-width:48em;margin:auto}table{border-collapse:collapse;width:100%}td,th{padding:.2em .6em;text-align:left;"
    "vertical-align:middle}td.n,th.n{text-align:right}svg{display:block}rect{fill:#3769a5}"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked on one day (`today` is the day of the report) and in the week before it.

    `topics` and `week` count questions by topic, the week's as a mean per day; `said` holds the words of the report,
    of topics and of languages, in `language`; `told` and `doubted` count answers of the library; `groups` are the
    questions that wait.
    """

    today: date
    questions: int
    before: int
    alone: int
    languages: Mapping[str, int]
    topics: Mapping[str, int]
    week: Mapping[str, float]
    said: Mapping[str, str]
    language: str
    told: Mapping[str, int]
    doubted: Mapping[str, int]
    groups: Sequence[Cluster]
    waiting: int
    expiring: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of the report: a title, the heads of its columns, rows of which the last cells are numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float, ...] = ()
    trends: tuple[tuple[int, ...], ...] = ()


def tables(asked: Asked) -> list[Table]:
    """The parts of the report that have something to say."""
    made = [_topics(asked), *_groups(asked), _languages(asked), _told(asked), _expiring(asked)]
    return [each for each in made if each.rows]


def headline(asked: Asked) -> str:
    """The day in one sentence."""
    more = asked.questions - asked.before
    trend = "report_more" if more > 0 else "report_fewer" if more else "report_same"
    return asked.said["report_day"].format(
        questions=asked.questions,
        than=asked.said[trend].format(count=abs(more)),
        alone=asked.alone,
        waiting=asked.waiting,
    )


def _table(
    asked: Asked,
    name: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    *,
    bars: Sequence[int] = (),
    trends: tuple[tuple[int, ...], ...] = (),
) -> Table:
    """A part of the report under the title and the heads that the report's words give it."""
    said = asked.said
    heads = tuple(said[f"head_{each}"] if each else "" for each in head)
    return Table(said[f"report_{name}"], heads, rows, tuple(map(float, bars)), trends)


def _topics(asked: Asked) -> Table:
    ranked = Counter(asked.topics).most_common(SHOWN)
    rows = tuple((asked.said.get(each, each), _change(asked, each, count), str(count)) for each, count in ranked)
    return _table(asked, "topics", ("topic", "", "questions"), rows, bars=[count for _, count in ranked])


def _change(asked: Asked, topic: str, count: int) -> str:
    usual = asked.week.get(topic, 0.0)
    if usual == 0:
        return asked.said["new"]
    if count >= 1.5 * usual and count - usual >= 2:
        return asked.said["rises_from"].format(usual=f"{usual:.1f}".replace(".", asked.said.get("decimal", ".")))
    return asked.said["falls"] if count <= usual / 2 else ""


def _groups(asked: Asked) -> Iterator[Table]:
    climbing = {each.number for each in rising(asked.groups)}
    shown = asked.groups[:SHOWN]
    rows = tuple(
        (each.name, _mark(asked, each, climbing), _spoken(each.languages), str(len(each.questions)))
        for each in shown
    )
    head = ("own_words", "", "languages", "questions")
    yield _table(asked, "groups", head, rows, trends=tuple(each.trend for each in shown))


def _mark(asked: Asked, cluster: Cluster, climbing: set[int]) -> str:
    said, day = asked.said, f"{cluster.since.day}/{cluster.since.month}"
    marks = [f"#{cluster.number}", said["new"] if is_new(cluster, asked.today) else said["since"].format(day=day)]
    return ", ".join((*marks, said["rises"]) if cluster.number in climbing else marks)


def _spoken(languages: Mapping[str, int]) -> str:
    return ", ".join(f"{language} {count}" for language, count in sorted(languages.items(), key=lambda each: -each[1]))


def _languages(asked: Asked) -> Table:
    ranked = Counter(asked.languages).most_common()
    rows = tuple((asked.said.get(language, language), str(count)) for language, count in ranked)
    return _table(asked, "languages", ("language", "questions"), rows, bars=[count for _, count in ranked])


def _told(asked: Asked) -> Table:
    ranked = Counter(asked.told).most_common(SHOWN)
    rows = tuple((name, str(asked.doubted.get(name, 0)), str(count)) for name, count in ranked)
    return _table(asked, "told", ("answer", "not_asked", "sent"), rows, bars=[count for _, count in ranked])


def _expiring(asked: Asked) -> Table:
    return _table(asked, "expiring", ("answer", "last_day"), tuple(asked.expiring))


def as_text(asked: Asked) -> str:
    """The report as plain text."""
    lines = [headline(asked)]
    for table in tables(asked):
        lines += ["", f"**{table.title}**", "", *(_line(row) for row in table.rows)]
    if asked.groups:
        lines += ["", asked.said["report_group_step"]]
    return "\n".join(lines)


def _line(row: tuple[str, ...]) -> str:
    *said, number = (each for each in row if each)
    return f"- {', '.join(said)}: {number}"


def as_page(asked: Asked, town: str) -> str:
    """The report as one HTML page that needs nothing else."""
    day = f"{asked.today.day}/{asked.today.month}/{asked.today.year}"
    title = asked.said["report_page"].format(town=town, day=day)
    body = "\n".join(_section(each) for each in tables(asked))
    head = f'<!doctype html><html lang="{asked.language}"><head><meta charset="utf-8">'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    shown = html.escape(title)
    return (
        f"{head}{view}<title>{shown}</title><style>{_STYLE}</style></head><body><main>\n<h1>{shown}</h1>\n"
        f"<p>{html.escape(headline(asked))}</p>\n{body}\n</main></body></html>\n"
    )


def _section(table: Table) -> str:
    pictures = [_bar(value, max(table.bars)) for value in table.bars] or [_trend(each) for each in table.trends]
    pictures += [""] * (len(table.rows) - len(pictures))
    heads = "".join(f"<th{_right(n, table)}>{html.escape(each)}</th>" for n, each in enumerate(table.head))
    rows = "\n".join(_row(row, picture, table) for row, picture in zip(table.rows, pictures, strict=True))
    title = html.escape(table.title)
    return f"<h2>{title}</h2>\n<table><tr>{heads}<th></th></tr>\n{rows}\n</table>"


def _row(row: tuple[str, ...], picture: str, table: Table) -> str:
    cells = "".join(f"<td{_right(n, table)}>{html.escape(each)}</td>" for n, each in enumerate(row))
    return f"<tr>{cells}<td>{picture}</td></tr>"


def _right(column: int, table: Table) -> str:
    return ' class="n"' if column == len(table.head) - 1 else ""


def _bar(value: float, most: float) -> str:
    width = round(160 * value / most) if most else 0
    return f'<svg width="160" height="14" role="img" aria-label="{value:g}"><rect width="{width}" height="14"/></svg>'


def _trend(counts: Sequence[int]) -> str:
    """Seven small columns, the last of them today."""
    most = max(*counts, 1)
    columns = "".join(
        f'<rect x="{12 * n}" y="{24 - round(24 * count / most)}" width="9" height="{round(24 * count / most)}"/>'
        for n, count in enumerate(counts)
    )
    said = ", ".join(map(str, counts))
    return f'<svg width="84" height="24" role="img" aria-label="{said}">{columns}</svg>'
