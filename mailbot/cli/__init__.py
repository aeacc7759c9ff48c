"""The command line: one file per noun, each opening only what its command needs. Starts in a blink."""

from __future__ import annotations

import sys

TEMPORARY, CONFIGURATION, USAGE = 75, 78, 2  # sysexits.h: EX_TEMPFAIL, EX_CONFIG; 2 as every shell tool


def main() -> int:
    """Run one command; its exit code. Errors a person can act on are one clear text, never a traceback."""
    from mailbot.cli.app import command

    try:
        command()()
    except SystemExit:
        raise  # the usual end; the glossary, which names our errors, is loaded for an error only
    except _ours() as error:
        sys.stderr.write(f"mailbot: {error}\n")
        return _code(error)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
    except PermissionError as error:
        sys.stderr.write(f"mailbot: {error.filename}: no permission; run as the user who owns it\n")
        return USAGE
    return 0


def _ours() -> type[Exception]:
    from mailbot.model import MailbotError

    return MailbotError


def _code(error: Exception) -> int:
    from mailbot.model import Temporary

    return TEMPORARY if isinstance(error, Temporary) else USAGE
