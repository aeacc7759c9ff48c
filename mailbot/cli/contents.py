"""What there is to type: every command, its file, and its line in `mailbot --help`. No command is loaded for it.

The lines are the first sentences of the commands' own help, which a test compares, so that the list cannot go stale.
"""

from __future__ import annotations

from collections.abc import Mapping

# in the order of the help
LINES: Mapping[str, str] = {
    "triage": "The desk on the whole screen: read, accept or correct, answer, snooze, pass on.",
    "list": "The queue: urgent tickets first, then those later than promised, then the oldest.",
    "show": "One ticket: what mailbot understood and why, the letters, our answers, the history.",
    "next": "Take the most pressing letter that nobody has, and show it with what mailbot makes of it.",
    "claim": "Take one ticket and show it: for twenty minutes nobody else answers it.",
    "release": "Give a ticket back to the queue.",
    "assign": "Give a ticket to a colleague: `next` brings it to nobody else.",
    "snooze": "Let a ticket rest; a new letter of the citizen wakes it earlier.",
    "reply": "Answer a ticket that is yours, in the citizen's language; without --text or --template, in $EDITOR.",
    "undo": "Take back what you did last: an answer while it rests, a close, assign, set, snooze, merge or move.",
    "forward": "Pass a letter on to a SPOC; the answer comes back to the ticket, and with your yes to the citizen.",
    "waiting": "What waits for whom: letters passed on to SPOCs, the oldest first, and which came back answered.",
    "note": "Write something down for colleagues; the citizen never sees it.",
    "close": "Finish a ticket; a later letter of the citizen opens it again by itself.",
    "reopen": "Put a finished or waiting ticket back into the queue.",
    "set": "Set right what mailbot misread; it learns from this.",
    "history": "Everything that was done with a ticket: when, by whom, from what to what.",
    "merge": "Put a ticket into another: its letters go over, and answers to its mail find the other from now on.",
    "split": "Make a second ticket of the same letters, for another thing that they ask.",
    "link": "Note that two tickets have to do with each other; both stay.",
    "move": "Put one letter on the ticket where it belongs.",
    "search": "Find letters, notes and people: every word must be there, case and accents do not matter.",
    "explain": "What each letter means, why, and what the desk would do.",
    "train": "Learn from the labelled letters, and in a desk also from its own and from every corrected ticket.",
    "evaluate": "How well letters are understood that were not learnt from: cross-validated, and a tenth kept aside.",
    "replay": "Read stored letters with changed rules or another model, and tell what would differ.",
    "init": "Make a new desk: settings, rules, templates, a key and an empty database.",
    "check": "Try everything a run needs: settings, rules, templates, database, login, folders, relay, clock.",
    "migrate": "Bring the database to the schema of this version; safe to run again.",
    "run": "The worker: poll the mailboxes, judge what came, answer.",
    "demo": "A first day: some seventy letters come in, become tickets, and are answered; then citizens write back.",
    "status": "How the desk stands: lag, last success of each mailbox, what waits, what leaves.",
    "doctor": "Compare what the servers hold, what was collected, what became of each, and what was sent.",
    "roster": "Who is on duty: import, show, today, swap.",
    "intake": "Other doors than mail: phone, import.",
    "match": "Bring requests and offers together.",
    "answers": "The library of answers: docs/answers.md.",
    "outbox": "Outgoing mail: list, retry, cancel.",
    "quarantine": "Messages set apart with a reason; replay them after the fix.",
}

_IN_FILES = {
    "screen": "triage",
    "queue": "list show",
    "claims": "next claim release assign snooze",
    "reply": "reply undo forward waiting",
    "change": "note close reopen set history",
    "join": "merge split link move",
    "search": "search",
    "triage": "explain",
    "learn": "train evaluate replay",
    "setup": "init check migrate",
    "run": "run",
    "demo": "demo",
    "status": "status",
    "doctor": "doctor",
    "roster": "roster",
    "intake": "intake",
    "match": "match",
    "answers": "answers",
    "outbox": "outbox",
    "quarantine": "quarantine",
}
FILES: Mapping[str, str] = {name: file for file, names in _IN_FILES.items() for name in names.split()}
