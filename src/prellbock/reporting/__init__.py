"""What became of a month's mail, for people who never sign in: figures, paper, a link, a mail."""
