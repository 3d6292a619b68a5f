"""The command line: the composition root without a window. Same engine, no Qt; prints, and nothing else does."""
