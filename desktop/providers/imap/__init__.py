"""IMAP (RFC 3501, RFC 9051), read-only.

``arguments`` spells commands, ``guard`` lets nothing else onto the wire, ``connection`` logs in and reads answers,
``answers`` and ``fetching`` understand them, ``source`` is the whole as ``desktop.domain.source.Source``.

Why not imapclient's or imaplib's client class: both collect a command's whole answer before handing it over, allocate
what a literal's announcement says, return a cut body where the announcement was too small, and write arguments as
they come (imapclient past imaplib's own check). One small reader of our own bounds all of that in one place.
"""
