"""Typed readers of the environment. A wrong value stops the start with a sentence."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ABSENT = object()


def text(name: str, default: str | object = ABSENT) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is ABSENT:
        raise ImproperlyConfigured(f"{name} is not set.")
    return str(default)


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()
