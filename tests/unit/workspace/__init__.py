"""Tests of the open profile."""
