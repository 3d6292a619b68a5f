"""Runs the way of the data: one pass over a mailbox, the schedule, backing off. No SQL, no sockets, no Qt."""
