"""Tests of the two doors, the checks and the house's pytest plugin."""
