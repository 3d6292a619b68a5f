"""Measures the real program beside its peers on one machine in one run: ``python -m benchmarks`` (docs/benchmarks.md).

Nothing in here is a test: times are printed and written down, never asserted.
"""
