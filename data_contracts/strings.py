"""YAML read with strings only, so that `no` and `nil` stay codes and the models convert; and texts with their values.

Belongs here: the loaders alone. Which file is what is `catalog.py` and its neighbours.
"""

from __future__ import annotations

from typing import Any

import yaml

# libyaml's reader is ten times as fast and bounds the depth of nesting; a PyYAML without it still works.
STRINGS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
VALUES: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_strings(text: str) -> Any:
    """What a YAML text holds: mappings, lists and strings.

    Raises:
        yaml.YAMLError: The text is not well-formed.
    """
    return yaml.load(text, Loader=STRINGS)  # noqa: S506


def load_values(text: str) -> Any:
    """What a YAML text holds, with its numbers, dates and truth values.

    Raises:
        yaml.YAMLError: The text is not well-formed.
    """
    return yaml.load(text, Loader=VALUES)  # noqa: S506
