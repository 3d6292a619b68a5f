"""Reasons of filters as they stand in narrow columns; the whole sentence is a tooltip away."""


def shorter(reason: str) -> str:
    """Return *reason* without what the list it stands in says anyway: ``Filter 3: its subject fits.``"""
    for said in (" leaves it out:", " keeps it:", " asks for it:"):
        reason = reason.replace(said, ":")
    return reason
