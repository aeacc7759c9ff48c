"""What understanding costs: CPU a letter, loading, memory; beside a plain TF-IDF model with logistic regression.

python -m bench.triage             medians over the corpus's letters
python -m bench.triage --plain     also the plain model's cross-validated macro-F1, in the folds of `mailbot evaluate`
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.place import ROOT
from mailbot.learning import labelled_letters
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.triage.classify import classify
from mailbot.triage.corpus import LabelledLetter, fold_of, set_aside
from mailbot.triage.store import WEIGHTS, load_records, load_rules
from mailbot.triage.train import FOLDS

LOADING = """
import os, time
begun = time.process_time()
from mailbot.policy import load_policy
from mailbot.shipped import shipped
from mailbot.triage.classify import classify
from mailbot.triage.store import load_rules, load_weights
from mailbot.model import Letter
imported = time.process_time()
load_weights(shipped("data") / "model")
weighed = time.process_time()
rules = load_rules(load_policy(shipped("rules.yaml")).triage)
classify(Letter(new_text="Kan iemand boodschappen doen voor mij?"), rules)
from bench.place import peak_megabytes
peak = peak_megabytes(os.getpid())
print(imported - begun, weighed - imported, time.process_time() - weighed, peak)
"""


def loading(times: int) -> list[float]:
    """Medians over fresh processes: CPU seconds for imports, weights, rules with the first letter; peak MiB."""
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", LOADING], cwd=ROOT, check=True, capture_output=True, text=True)
        runs.append([float(word) for word in done.stdout.split()])
    return [statistics.median(each) for each in zip(*runs, strict=True)]


def milliseconds(judge: Any, letters: list[LabelledLetter]) -> list[float]:
    """CPU milliseconds of each letter."""
    found = []
    for each in letters:
        begun = time.process_time()
        judge(each)
        found.append((time.process_time() - begun) * 1000)
    return found


def plain_model(letters: list[LabelledLetter]) -> Any:
    """Word pairs and letter groups, TF-IDF, logistic regression: what a day's work would give."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    groups = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    model = make_pipeline(make_union(words, groups), LogisticRegression(C=10, max_iter=300))
    return model.fit([text_of(each) for each in letters], [each.gold["intent"] for each in letters])


def text_of(example: LabelledLetter) -> str:
    return f"{example.letter.subject} {example.letter.new_text}"


def plain_f1(letters: list[LabelledLetter]) -> float:
    from sklearn.metrics import f1_score

    seen = [each for each in letters if not set_aside(each.id)]
    said, true = [], []
    for number in range(FOLDS):
        held = [each for each in seen if fold_of(f"outer:{each.id}", FOLDS) == number]
        model = plain_model([each for each in seen if fold_of(f"outer:{each.id}", FOLDS) != number])
        said += list(model.predict([text_of(each) for each in held]))
        true += [each.gold["intent"] for each in held]
    return float(f1_score(true, said, average="macro"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    letters = list(labelled_letters(load_records()))
    rules = load_rules(load_policy(shipped("rules.yaml")).triage)
    milliseconds(lambda each: classify(each.letter, rules, each.screening), letters)
    ours = milliseconds(lambda each: classify(each.letter, rules, each.screening), letters)
    model = plain_model(letters)
    plain = milliseconds(lambda each: model.predict_proba([text_of(each)]), letters)
    imports, weights, first, peak = loading(asked.times)
    size = (shipped("data") / "model" / WEIGHTS).stat().st_size / 1024
    print(f"letters                       {len(letters)}")
    print(f"CPU ms a letter, mailbot      {statistics.median(ours):.2f}  (slowest twentieth {sorted(ours)[-len(ours) // 20]:.2f})")
    print(f"CPU ms a letter, plain TF-IDF {statistics.median(plain):.2f}")
    print(f"weights                       {size:.0f} KiB, loaded in {weights:.2f} s of CPU")
    print(f"imports                       {imports:.2f} s; rules, map and a first letter {first:.2f} s")
    print(f"peak memory                   {peak:.0f} MiB")
    if asked.plain:
        print(f"plain TF-IDF, macro-F1        {plain_f1(letters):.3f}; `mailbot evaluate` gives mailbot's")


if __name__ == "__main__":
    main()
