"""Fixtures of the fault tests."""

from tests.e2e.fixtures import forker, postroom

__all__ = ["forker", "postroom"]
