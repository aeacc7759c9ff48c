"""The tables of matching, as SQLModel classes."""
