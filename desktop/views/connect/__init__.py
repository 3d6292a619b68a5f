"""Connecting, reconnecting, changing and disconnecting mailboxes: the dialogs."""
