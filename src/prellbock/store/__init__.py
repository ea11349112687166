"""What is remembered, and where. `contract` says what every store must do; the implementations stand beside it."""
