"""Bringing customers in from a CSV file: which column is what, a preview, then all of it or nothing."""
