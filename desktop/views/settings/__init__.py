"""Settings: pages of rows that apply at once."""
