"""The tables of answers, as SQLModel classes."""
