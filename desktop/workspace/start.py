"""What the window is asked to open: a person's profile, or the demo."""

from dataclasses import dataclass, field
from datetime import datetime

from desktop.workspace.opening import Given

DEMO_SEED = 7


@dataclass(frozen=True, slots=True)
class DemoWish:
    """How the demo is wanted. With ``frozen_at`` (aware) time stands still and no mail arrives: for pictures."""

    seed: int = DEMO_SEED
    frozen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the window. With ``demo`` the profile of ``given`` is not touched."""

    given: Given = field(default_factory=Given)
    demo: DemoWish | None = None
