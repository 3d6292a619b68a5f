"""Backfill: a range, what it would bring, the run, and what to look at afterwards."""
