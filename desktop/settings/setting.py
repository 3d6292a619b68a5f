"""What one setting is: key, type, default, bounds and the words for a person."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T", bool, int, float, str)

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A setting. Its type is that of *default*; *words* is its label on screen, *description* one or two sentences."""

    key: str
    default: T
    words: str
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[T, ...] = ()

    @property
    def type_words(self) -> str:
        """The type, for a person."""
        return {bool: "yes or no", int: "whole number", float: "number", str: "text"}[type(self.default)]

    @property
    def bounds_words(self) -> str:
        """The values allowed, for a person; empty when all are."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        least = "" if self.minimum is None else self._amount(self.minimum)
        most = "" if self.maximum is None else self._amount(self.maximum)
        if least and most:
            return f"{least} to {most}"
        return f"{least} or more" if least else f"up to {most}" if most else ""

    def value_words(self, value: T) -> str:
        """Return *value* with its unit, for a person: ``8 MB``, ``15 seconds``, ``yes``."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value
        amount = self._amount(value)
        return f"{amount} {self.unit}" if self.unit and not amount.endswith("B") else amount

    def _amount(self, number: float) -> str:
        if self.unit == "bytes":
            for size, name in ((1024**2, "MB"), (1024, "KB")):
                if number >= size and number % size == 0:
                    return f"{int(number // size):,} {name}"
        return f"{int(number):,}" if float(number).is_integer() else f"{number:,}"

    def checked(self, value: object) -> T:
        """Return *value* as this setting's type; raises ValueError with a sentence when it is not one it allows."""
        right: Any = self._typed(value)
        if right is None or not self._allows(right):
            allowed = ", ".join(part for part in (self.type_words, self.bounds_words) if part)
            raise ValueError(f"{self.key} cannot be {_shown(value)} (it takes: {allowed}).")
        result: T = right
        return result

    def parse(self, text: str) -> T:
        """Read a value as a person types it; raises ValueError with a sentence."""
        if isinstance(self.default, bool):
            word = text.strip().lower()
            return self.checked(True if word in _TRUE else False if word in _FALSE else text)
        if isinstance(self.default, str):
            return self.checked(text)
        try:
            number = float(text.strip().replace(",", "").replace("_", ""))
        except ValueError:
            return self.checked(text)
        return self.checked(int(number) if number.is_integer() else number)

    def _typed(self, value: object) -> bool | int | float | str | None:
        wanted: Any = type(self.default)
        if isinstance(value, bool) is not (wanted is bool):  # Python counts a bool as a whole number; nobody else does
            return None
        if wanted is float:
            return _number(value) if isinstance(value, int | float) else None
        right: Any = value if isinstance(value, wanted) else None
        return right  # type: ignore[no-any-return]

    def _allows(self, value: Any) -> bool:
        if self.choices and value not in self.choices:
            return False
        if self.minimum is not None and not value >= self.minimum:  # "not >=" refuses NaN as well
            return False
        return self.maximum is None or bool(value <= self.maximum)


AnySetting = Setting[Any]


def _number(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
