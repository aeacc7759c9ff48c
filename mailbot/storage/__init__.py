"""Rows at rest: tables, engine, migrations, ledger. SQL dialect lives here and nowhere else."""
