"""Which rules and thresholds would be better? Templates, the training of the text model, and what it proposes."""
