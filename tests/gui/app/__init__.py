"""Tests of the window's start and end."""
