"""The dashboard: in two seconds, is mail flowing, and if not, what to press."""
