"""How fast the library answers: `./run python bench/answers.py`. A thousand answers made of the corpus's sentences are
read, made ready and asked by the corpus's own letters; in the same run the plain ways, BM25 and TF-IDF cosine."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mailbot.answering import asked_of
from mailbot.answers.index import make_index
from mailbot.answers.plain import bm25, tfidf
from mailbot.answers.store import load_library, load_synonyms, load_weights
from mailbot.answers.suggest import Asked, suggest
from mailbot.learning import labelled_letters
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.triage.classify import classify
from mailbot.triage.store import load_records, load_rules, load_sentences

ANSWERS, ROUNDS = 1000, 3
FRONT = """---
topics: [{topic}]
valid_from: 2020-03-13
valid_until: open
source: het besluit
source_date: 2020-03-13
owner: communication
automatic: true
questions:
"""


def write_library(folder: Path, seed: int = 7) -> None:
    """A thousand files: phrasings and texts drawn from the sentences of the corpus, each in its own language."""
    draw = random.Random(seed)
    said: dict[str, list[str]] = {"nl": [], "fr": [], "en": []}
    for each in load_sentences():
        if each.language in said and not each.made:
            said[each.language].append(each.text.replace('"', "'").replace("\\", " "))
    for number in range(ANSWERS):
        asked = {"nl": draw.sample(said["nl"], 5), "fr": draw.sample(said["fr"], 2), "en": draw.sample(said["en"], 2)}
        front = FRONT.format(topic=draw.choice(("masks", "travel", "horeca", "parks_sports", "shops_markets")))
        for language, phrasings in asked.items():
            front += f"  {language}:\n" + "".join(f'    - "{each} {number}"\n' for each in phrasings)
        texts = "".join(f"\n## {language}\n{' '.join(draw.sample(said[language], 4))}\n" for language in said)
        (folder / f"a{number}.md").write_text(front + "---\n" + texts, encoding="utf-8")


def letters() -> list[Asked]:
    rules = load_rules(load_policy(shipped("rules.yaml")).triage)
    wanted = [each for each in labelled_letters(load_records()) if each.gold["intent"] == "info" and each.letter.date]
    return [asked_of(each.letter, classify(each.letter, rules, each.screening), each.letter.date.date()) for each in wanted]


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_library(folder)
        reading = statistics.median(seconds(lambda: load_library(folder)) for _ in range(ROUNDS))
        library = load_library(folder)
    begin = time.process_time()
    index = make_index(library, load_synonyms(shipped("data") / "answers"))
    ready = time.process_time() - begin
    asked, weights = letters(), load_weights()
    print(f"{len(library.answers)} answers read in {reading:.2f} s, made ready in {ready:.2f} s")
    print(f"{len(asked)} letters with {sum(len(each.questions) for each in asked)} questions\n")
    ways = (("mailbot", lambda one: suggest(index, one, weights)), ("BM25", bm25(index)), ("TF-IDF", tfidf(index)))
    for way, rank in ways:
        part = asked if way == "mailbot" else asked[:20]
        spent = min(seconds(lambda rank=rank, part=part: [rank(each) for each in part]) for _ in range(ROUNDS))
        questions = sum(len(each.questions) for each in part)
        print(f"{way:8} {len(part) / spent:7.0f} letters a second, {questions / spent:7.0f} questions a second")
    return 0 if reading < 1 else 1


if __name__ == "__main__":
    sys.exit(main())
