"""Choosing messages on the server by hand, and bringing in those that were chosen."""
