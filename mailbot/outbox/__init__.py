"""What leaves: rendering, limits, retries and the one door to SMTP."""
