"""Who helps whom: candidates, assignment, digests and the matchmakers' replies."""
