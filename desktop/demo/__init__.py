"""The demo's office, its mail, and the small loopback IMAP server that holds it; scripted, it judges our client.

May not be in here: Qt, the store, knowledge of how Postroom syncs, an address other than 127.0.0.1, a real account, a
real name. Only what composes the demo's window imports this folder, which gives it plain values of `domain`.
"""
