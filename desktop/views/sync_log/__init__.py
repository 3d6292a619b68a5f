"""The sync log: what happened, what is wrong now, and what waits for a person."""
