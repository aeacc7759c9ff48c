"""What the desk knows: the library of current answers."""
