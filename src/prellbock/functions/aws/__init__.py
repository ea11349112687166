"""AWS Lambda: one module for each function, each with a ``handler``. How they are wired stands in `wiring`."""
