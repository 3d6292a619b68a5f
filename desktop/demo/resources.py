"""Where the demo's words lie: `resources/demo`, JSON files that hold texts and nothing else."""

import json
from functools import lru_cache
from typing import Any

from desktop.ui.resources import resource


@lru_cache(maxsize=8)
def words(name: str) -> Any:
    """Return what the file *name* (without its ending) holds; nobody may change it."""
    return json.loads(resource("demo", f"{name}.json").read_text(encoding="utf-8"))
