"""An open profile and what works on it, shared by the window and the command line."""
