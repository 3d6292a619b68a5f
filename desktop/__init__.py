"""Postroom: brings customer mail from connected inboxes into one encrypted place, each mail with one verdict."""

__version__ = "0.1.0"
