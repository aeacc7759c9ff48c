"""Figures and pictures for the town."""
