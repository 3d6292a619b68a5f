"""Signing in with a provider in the system's browser (RFC 8252), Google, Microsoft or any other.

``authority.Authority`` is what all three answer; ``clients`` says which registered app is used and where it points.
"""
