"""Rules are data: patterns over the text of a response, each with a category, examples and the source of its facts."""
