"""`answers clusters`, `answer-cluster`, `report`: what people ask."""

from __future__ import annotations

import typer


def register(nouns: typer.Typer) -> None:
    del nouns
