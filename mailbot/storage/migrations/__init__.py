"""The schema, step by step (Alembic). Run by `mailbot init` and `mailbot migrate`, never by a mere command."""
