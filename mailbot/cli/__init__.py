"""The command line: one file per noun; opens nothing it does not need."""
