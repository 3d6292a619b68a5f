"""The whole engine against a model of a mail server: random histories with faults, checked after every step."""
