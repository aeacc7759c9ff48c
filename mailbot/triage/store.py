"""Where weights, roles and labelled examples lie on disk, and how they are read and written. No judgement here."""

from __future__ import annotations

import base64
import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailbot.model import ConfigurationError
from mailbot.shipped import shipped
from mailbot.triage.corpus import LabelledSentence, read_sentences
from mailbot.triage.frames import fill, read_frames
from mailbot.triage.heads import COLUMNS
from mailbot.triage.places_store import load_gazetteer
from mailbot.triage.rules import TriagePolicy, TriageRules, compile_rules
from mailbot.triage.weights import Layer, Roles, Weights, make_roles, read_roles

WEIGHTS = "weights.json.gz"
LAYERS = ("intent", "trust", "also", "urgent", "organisation", "on_behalf", "category", "topic")


def load_rules(policy: TriagePolicy, desk: Path | None = None, model: Path | None = None) -> TriageRules:
    """The policy compiled with the map and the weights: those of `model`, else the desk's own, else shipped."""
    return compile_rules(policy, load_weights(model or model_folder(desk)), load_gazetteer())


def load_untrained(policy: TriagePolicy) -> TriageRules:
    """The policy compiled with the map and without weights, as training starts from it."""
    return compile_rules(policy, None, load_gazetteer())


def model_folder(desk: Path | None) -> Path:
    """Where the model lies that a desk reads with: `data/model` in its folder once it has trained, else the shipped."""
    own = desk / "data" / "model" if desk else None
    return own if own and (own / WEIGHTS).is_file() else shipped("data") / "model"


@lru_cache(maxsize=4)
def load_weights(folder: Path) -> Weights | None:
    """The weights of a model folder, or None where nothing was trained yet. Raises ConfigurationError."""
    path = folder / WEIGHTS
    if not path.is_file():
        return None
    try:
        with gzip.open(path, "rb") as lines:
            return _unpack(json.loads(lines.readline()), base64.b64decode(json.loads(lines.readline())))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path}: not a model of this version ({error}); run `mailbot train`") from error


def save_weights(weights: Weights, folder: Path) -> Path:
    """Write weights as two lines of gzipped JSON, the same bytes for the same weights. Returns the file.

    The matrix stands on a line of its own, so that no reader holds it twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = {
        "columns": weights.columns,
        "features": "\n".join(weights.index),
        "scales": weights.scales,
        "biases": weights.biases,
        "roles": [weights.roles.words, weights.roles.starts, weights.roles.phrases],
        "layers": {name: _packed(layer) for name, layer in weights.layers.items()},
    }
    path = folder / WEIGHTS
    lines = (json.dumps(packed, ensure_ascii=False), json.dumps(base64.b64encode(weights.matrix).decode("ascii")), "")
    path.write_bytes(gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0))
    return path


def load_roles(folder: Path | None = None) -> Roles:
    """The table of roles of a model folder."""
    path = (folder or shipped("data") / "model") / "roles.tsv"
    return read_roles(path.read_text(encoding="utf-8").splitlines())


def load_sentences(folder: Path | None = None) -> list[LabelledSentence]:
    """Every labelled sentence of a corpus folder, file by file in order of name, then those made from frames."""
    folder = folder or shipped("data") / "corpus"
    files = sorted(folder.glob("sentences-*.tsv"))
    written = [each for file in files for each in read_sentences(file.read_text(encoding="utf-8").splitlines())]
    frames = folder / "frames.tsv"
    return written + list(fill(*read_frames(_lines(frames)))) if frames.is_file() else written


def load_records(folder: Path | None = None) -> list[dict[str, object]]:
    """Every labelled letter of a corpus folder as its JSON object, file by file in order of name."""
    files = sorted((folder or shipped("data") / "corpus").glob("mails-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]


def _unpack(packed: dict[str, Any], matrix: bytes) -> Weights:
    features = str(packed["features"]).split("\n")
    if packed["columns"] != ["norm", *COLUMNS]:
        raise KeyError("other columns")
    if missing := set(LAYERS) - set(packed["layers"]):
        raise KeyError(f"without the layers {', '.join(sorted(missing))}")
    return Weights(
        columns=tuple(packed["columns"]),
        index={name: number for number, name in enumerate(features)},
        matrix=matrix,
        scales=tuple(packed["scales"]),
        biases=tuple(packed["biases"]),
        roles=make_roles(*packed["roles"]),
        layers={name: Layer(**layer) for name, layer in packed["layers"].items()},
    )


def _packed(layer: Layer) -> dict[str, Any]:
    return {"names": layer.names, "classes": layer.classes, "coef": layer.coef, "bias": layer.bias}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
