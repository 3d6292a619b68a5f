"""One module per matching rule; no rule imports another."""
