"""The order of stored references: what is there keeps its place, so that a change can be read."""

from collections.abc import Callable, Iterable
from typing import Any


def in_stored_order(
    entries: Iterable[dict[str, Any]],
    stored: Iterable[dict[str, Any]],
    name_of: Callable[[dict[str, Any]], str],
) -> list[dict[str, Any]]:
    """Entries in the order of those stored under the same names, then the new ones."""
    places = {name_of(entry): place for place, entry in enumerate(stored)}
    new = len(places)
    entries = list(entries)
    names = [name_of(entry) for entry in entries]
    assert len(set(names)) == len(names), "two entries of one name"
    return sorted(entries, key=lambda entry: places.get(name_of(entry), new))
