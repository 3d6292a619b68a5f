"""The first page of a profile that has no mailbox yet."""
