"""The audit of a mailbox: what the server lists beside what has a verdict here, by folder and day."""
