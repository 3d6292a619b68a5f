"""Tests of the benchmark itself; what it measures is never asserted."""
