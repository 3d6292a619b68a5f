"""A fresh store for each test."""

from tests.unit.store.conftest import store

__all__ = ["store"]
