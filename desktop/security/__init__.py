"""The only place that sees a secret in the clear: keyring, key file, database key, recovery code, redaction.

Imports the domain, cryptography, keyring and platformdirs. No Qt, no SQLAlchemy, no network; and nothing in here
may run on the window's own thread, because a keyring may show a prompt and a passphrase takes half a second.
"""
