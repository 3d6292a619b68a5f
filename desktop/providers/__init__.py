"""Everything that talks to a mail server: reading mailboxes, sending the connection test, finding a provider's servers.

The only folder that touches sockets, TLS and DNS. Raises nothing but the errors of ``desktop.domain.errors``, knows
no database and no screen, and can change nothing in a mailbox: every byte for an IMAP server passes ``imap.guard``.
"""
