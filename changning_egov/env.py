"""Typed readers of the environment. A wrong value stops the start with a sentence."""

import os
from ipaddress import ip_network
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


def networks(name: str) -> tuple[str, ...]:
    """Addresses and networks separated by commas, or the word unix (a socket of this machine)."""
    found = tuple(filter(None, (one.strip() for one in text(name, "").split(","))))
    for one in found:
        try:
            if one != "unix":
                ip_network(one, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {one!r} is no address, no network and not unix.") from error
    return found


def socket(name: str) -> str:
    """A socket's path or host:port, "" for none."""
    value = text(name, "")
    host, _, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and port.isdigit() and 0 < int(port) < 65536):
        raise ImproperlyConfigured(f"{name} must be the path of a socket or host:port, not {value!r}.")
    return value
