"""How words reach us: mailboxes, raw bytes, parsed letters, human or machine. What they mean is in `triage`."""
