"""Fixtures of the end-to-end tests."""

from tests.e2e.fixtures import forker, postroom

__all__ = ["forker", "postroom"]
