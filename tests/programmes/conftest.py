"""Fixtures of the programmes."""

from tests.e2e.fixtures import forker

__all__ = ["forker"]
