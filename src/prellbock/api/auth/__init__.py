"""Who is asking, and what may they do: users with passwords and sessions, tokens of other systems, roles and scopes."""
