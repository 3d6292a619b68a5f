"""All tests. `unit/` mirrors `desktop/`; `helpers/` holds the servers and generators they share."""
