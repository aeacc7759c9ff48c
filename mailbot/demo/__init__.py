"""A first day in one process: an embedded mail server and the letters of `data/demo`."""
