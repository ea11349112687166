"""From bytes to delivery events: one module per format, all named in `registry`."""
