"""Tests of ``desktop.providers`` that need no server program."""
