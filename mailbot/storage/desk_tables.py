"""The tables of desk, as SQLModel classes."""
