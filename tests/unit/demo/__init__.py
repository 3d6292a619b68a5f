"""Tests of the loopback IMAP server: it must agree with Dovecot before it may judge a client."""
