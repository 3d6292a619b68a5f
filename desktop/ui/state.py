"""Where windows, splitters and columns were left: a small file in the profile that holds no word of any mail."""

import base64
import json
import logging
import tempfile
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

SCHEMA = 1
FILE_NAME = "window.json"


class UiState:
    """Geometry by name. Reading and writing the file is for a worker; getting and setting costs nothing."""

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = values or {}
        self.is_changed = False

    def get(self, name: str, default: Any = None) -> Any:
        """Return what was left under *name*."""
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Leave a JSON value under *name*."""
        if self._values.get(name) != value:
            self._values[name] = value
            self.is_changed = True

    def get_bytes(self, name: str) -> bytes:
        """Return bytes left under *name*; empty when there are none."""
        try:
            return base64.b64decode(str(self._values.get(name, "")), validate=True)
        except ValueError:
            return b""

    def set_bytes(self, name: str, value: bytes) -> None:
        """Leave what a widget's ``saveState`` returned."""
        self.set(name, base64.b64encode(value).decode())

    def save(self, profile: Path) -> None:
        """Write the file in one step; a place that cannot be written loses geometry and nothing else."""
        if not self.is_changed:
            return
        self.is_changed = False
        try:
            with tempfile.NamedTemporaryFile("w", dir=profile, suffix=".tmp", delete=False, encoding="utf-8") as file:
                json.dump({"schema": SCHEMA, **self._values}, file)
            Path(file.name).replace(profile / FILE_NAME)
        except OSError as error:
            log.info("the window's places were not kept: %s", type(error).__name__)


def load_state(profile: Path) -> UiState:
    """Read the file; one that is missing, damaged or of another schema is as good as none."""
    try:
        values = json.loads((profile / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return UiState()
    if not isinstance(values, dict) or values.pop("schema", None) != SCHEMA:
        return UiState()
    return UiState(values)
