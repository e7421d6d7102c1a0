"""What a document says, as a digest, and every wording that it had."""

import hashlib
import json

from .models import Revision


def content_digest(document) -> str:
    """SHA-256 over what the leader approved: title, text, recipients and attachments' digests."""
    parts = {
        "title": document.title,
        "body": document.body,
        "doc_type": document.doc_type,
        "addressees": sorted(f"{one.kind}:{one.name}" for one in document.addressees.all()),
        "attachments": sorted(
            document.attachments.filter(removed_at=None).values_list("stored_file__sha256", flat=True)
        ),
    }
    issuers = document.issuers.order_by("position").values_list("unit__code", "seal_unit__code")
    if together := list(issuers):  # in whose names it goes out, and whose seal stands for whom
        parts["issuers"] = together
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def keep_revision(document, by) -> None:
    """Every save is a version; an unchanged text makes none."""
    digest = content_digest(document)
    last = document.revisions.order_by("-number").first()
    if last is not None and last.digest == digest:
        return
    Revision.objects.create(
        document=document,
        number=(last.number if last else 0) + 1,
        title=document.title,
        body=document.body,
        digest=digest,
        saved_by=by,
    )
