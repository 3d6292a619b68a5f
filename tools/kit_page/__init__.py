"""Draws every widget of the kit on pages like the mockups 16a to 16c, to compare by eye."""
