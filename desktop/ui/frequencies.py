"""How often a mailbox is synced by itself, in words: what it is called, how late mail may be, and what it costs."""

from desktop.domain.mailbox import Frequency
from desktop.ui.words import number

OFFERED = tuple(Frequency)
"""What can be chosen."""
MINUTES_A_DAY = 24 * 60


def frequency_words(frequency: Frequency) -> str:
    """Return what a frequency is called: ``As it arrives``, ``Every 5 minutes``, ``Every hour``, ``By hand only``."""
    if frequency is Frequency.REALTIME:
        return "As it arrives"
    minutes = frequency.minutes
    if minutes is None:
        return "By hand only"
    return "Every hour" if minutes == 60 else f"Every {minutes} minutes"


def cost_words(frequency: Frequency) -> str:
    """Return delay and cost: ``Up to 5 min late, 288 checks a day``."""
    if frequency is Frequency.REALTIME:
        return "Seconds late; one connection stays open, and where the server cannot tell, checks every 5 minutes"
    minutes = frequency.minutes
    if minutes is None:
        return "Only when you press Sync now; nothing is checked in between"
    late = "1 hour" if minutes == 60 else f"{minutes} min"
    return f"Up to {late} late, {number(MINUTES_A_DAY // minutes)} checks a day"
