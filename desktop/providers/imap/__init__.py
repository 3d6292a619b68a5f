"""IMAP (RFC 3501, RFC 9051), read-only.

``wire`` is imaplib's engine on our own transport, ``client`` imapclient on top of it: logging in and the few commands.
``arguments`` spells what commands carry, ``guard`` lets nothing else onto the wire, ``fetching`` gathers what is told
about messages, ``source`` is the whole as ``desktop.domain.source.Source``.

Why a transport of our own below, and which ways of imapclient are gone round: docs/decisions/0005.
"""
