"""The public root: copies of opened files by digest, the only bytes that portal code reads (design section 9)."""

import shutil
from pathlib import Path

from django.conf import settings

from .models import StoredFile
from .store import path_of


def put_public(stored: StoredFile) -> Path:
    """Copy bytes to the public root under their digest; the same bytes twice are one file."""
    target = public_path(stored.sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(path_of(stored), part)
        part.replace(target)
    return target


def public_path(sha256: str) -> Path:
    return Path(settings.EGOV_PUBLIC_DIR) / sha256[:2] / sha256
