"""Numbered steps from an empty file to the newest schema; they import nothing from the rest of the program."""
