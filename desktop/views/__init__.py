"""One package per screen; a screen knows no other screen."""
