"""Real servers for tests and benches, each a plain context manager in a module of its own. No pytest here."""
