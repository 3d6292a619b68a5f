"""A small loopback IMAP server with its own mail: `postroom demo` runs on it, and scripted it judges our client.

May not be in here: anything but the standard library, knowledge of how Postroom syncs or stores, an address other than
127.0.0.1, a real account. Nothing in `desktop` imports this folder except the command line that starts the demo.
"""
