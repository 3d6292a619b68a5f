"""The writing half of the store: every class works inside one unit of work, on its connection."""
