"""What an operator may choose: one schema, read from a TOML file and the environment, refused where it is wrong."""
