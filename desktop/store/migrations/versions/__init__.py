"""One module per schema; once released, a module is never edited."""
