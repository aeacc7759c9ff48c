"""An email-driven ticketing worker for a city's crisis desk. Imports nothing, so every command starts fast."""

__version__ = "0.1.0"
