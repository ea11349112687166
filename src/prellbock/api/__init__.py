"""The HTTP server of one machine: one module per resource, over the same functions as the command line."""
