"""What the desk owes: threads, statuses, tickets and their events."""
