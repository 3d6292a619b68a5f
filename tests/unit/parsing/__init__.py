"""Tests of desktop/parsing."""
