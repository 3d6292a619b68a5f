"""What the two doors and the checks are made of; nothing in here ships with the program."""
