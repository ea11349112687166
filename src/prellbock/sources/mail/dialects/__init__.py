"""Ways in which mail systems tell people what became of a message, one module a dialect; their order is in `order`."""
