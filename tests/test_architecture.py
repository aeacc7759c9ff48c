"""The house's own rules: who may import whom, which words are not used, how long a function may be."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mailbot"
CAPABILITIES = {"intake", "triage", "tickets", "answers", "matching", "outbox"}
SHELL = {"imap", "store", "smtp", "maildir", "oauth"}
OUTSIDE = {
    "imapclient",
    "aiosmtplib",
    "msal",
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "socket",
    "ssl",
    "asyncio",
    "threading",
}
GIVEN_NAMES = {"process_bind_param", "process_result_value", "handle_DATA"}  # SQLAlchemy and aiosmtpd call them so
UNUSED_WORDS = {"data", "manager", "helper", "helpers", "utils", "process", "handle", "handler"}
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    """A file as Python reads it; parsed once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


@cache
def imported_by(path: Path) -> frozenset[str]:
    """Every module that a file imports anywhere, `from x import y` as both x and x.y."""
    found: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def is_shell(path: Path) -> bool:
    return path.stem.split("_")[0] in SHELL or path.stem.split("_")[-1] in SHELL


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_capabilities_meet_only_in_desk_worker_and_cli(path):
    """A capability knows the glossary and itself, never another capability."""
    package = module_of(path).split(".")[1] if "." in module_of(path) else ""
    if package not in CAPABILITIES:
        return
    others = CAPABILITIES - {package}

    met = {name for name in imported_by(path) if name.split(".")[0] == "mailbot" and name.split(".")[1:2]}

    assert not {name for name in met if name.split(".")[1] in others | {"cli", "worker", "settings", "policy", "desk"}}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_the_core_touches_nothing(path):
    """Only shell files of a capability speak to a network, a clock's thread or a database."""
    package = module_of(path).split(".")[1] if "." in module_of(path) else ""
    if package not in CAPABILITIES or is_shell(path):
        return

    touched = {
        name for name in imported_by(path) if name.split(".")[0] in OUTSIDE or name.startswith("mailbot.storage")
    }

    assert not touched


def test_the_glossary_needs_nothing_but_python():
    """`model` imports the standard library only, so that everything may import it."""
    import sys

    roots = {name.split(".")[0] for name in imported_by(PACKAGE / "model.py")}

    assert roots <= set(sys.stdlib_module_names)


def test_nothing_imports_the_worker_but_the_command_line():
    """Whoever would import the clock would be a second clock."""
    users = {module_of(path) for path in FILES if "mailbot.worker" in imported_by(path)}

    assert users <= {name for name in users if name.startswith("mailbot.cli")}


def test_apscheduler_is_known_in_one_place():
    """Only the worker knows what a scheduler is."""
    users = {module_of(path) for path in FILES if any(n.startswith("apscheduler") for n in imported_by(path))}

    assert users <= {"mailbot.worker"}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_names_are_the_houses_words(path):
    """Words that mean anything mean nothing; DESIGN's list of unused ones stays unused."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {
        part
        for node in nodes_of(path)
        if isinstance(node, kinds) and node.name not in GIVEN_NAMES
        for part in node.name.lower().split("_")
    }

    assert not names & UNUSED_WORDS


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_file_says_what_is_in_it(path):
    """A stranger learns from the first sentence what lives in a module."""
    assert ast.get_docstring(tree_of(path))


def test_bugs_are_caught_in_two_places_only():
    """`except Exception` stands per message and per scheduled job, and nowhere else."""
    places = {
        module_of(path)
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    }

    assert places <= {"mailbot.steps", "mailbot.worker"}


def test_functions_fit_a_screen_and_files_a_sitting():
    """No function is longer than fifty lines, no file longer than 350."""
    long_functions = [
        f"{module_of(path)}.{node.name}"
        for path in FILES
        if "migrations" not in path.parts
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno > 50
    ]
    long_files = [
        module_of(path)
        for path in FILES
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > 350
    ]

    assert not long_functions
    assert not long_files
