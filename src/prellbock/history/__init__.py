"""What is remembered of a recipient, and what follows from it."""
