"""Where files go: a module each, and their table in `kinds`."""
