"""Classification rules over HTTP: which there are, how they fare, and one tried on its own."""
