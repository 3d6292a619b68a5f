"""Needs Review: the queue of mail that waits for a person, and where to put it."""
