"""The reading half of the store: one module per subject; each query answers with frozen rows."""
