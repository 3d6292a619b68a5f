"""Tests of the window's syncs."""
