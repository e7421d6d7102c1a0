"""What a document says, as a digest, and every wording that it had."""

import hashlib
import json

from .models import Revision
from .states import AddresseeKind

PLAIN = ("doc_type", "urgency", "routing_direction", "security_class", "disclosure_attr")  # shown by their labels
TYPED = ("disclosure_reason", "note", "contact")


def content_digest(document) -> str:
    """SHA-256 over what the leader approved: title, text, recipients and attachments' digests."""
    return _digest(document, list(document.addressees.all()), _files(document))


def _files(document) -> list:
    return list(document.attachments.filter(removed_at=None).select_related("stored_file"))


def _digest(document, addressees, files) -> str:
    parts = {
        "title": document.title,
        "body": document.body,
        "doc_type": document.doc_type,
        "addressees": sorted(f"{one.kind}:{one.name}" for one in addressees),
        "attachments": sorted(one.stored_file.sha256 for one in files),
    }
    issuers = document.issuers.order_by("position").values_list("unit__code", "seal_unit__code")
    if together := list(issuers):  # in whose names it goes out, and whose seal stands for whom
        parts["issuers"] = together
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def fields_of(document, addressees, files) -> dict:
    """What stands beside title and text, in words as they are now: text, or a list of names or of files.

    attachments: [{"uid", "name", "title", "sha256"}, …] in their order.
    """
    return {
        **{name: getattr(document, f"get_{name}_display")() for name in PLAIN},
        **{name: getattr(document, name) for name in TYPED},
        "print_copies": str(document.print_copies),
        "department": document.department.name if document.department_id else "",
        "main": [one.name for one in addressees if one.kind == AddresseeKind.MAIN],
        "cc": [one.name for one in addressees if one.kind == AddresseeKind.CC],
        "countersigners": list(document.countersigners.order_by("pk").values_list("unit__name", flat=True)),
        "attachments": [
            {"uid": str(one.uid), "name": one.name, "title": one.title, "sha256": one.stored_file.sha256}
            for one in files
        ],
    }


def keep_revision(document, by) -> None:
    """Every save is a version; one that changed nothing makes none, and what was received has none."""
    if document.is_incoming:
        return
    addressees, files = list(document.addressees.all()), _files(document)
    digest, fields = _digest(document, addressees, files), fields_of(document, addressees, files)
    last = document.revisions.order_by("-number").first()
    if last is not None and (last.digest, last.fields) == (digest, fields):
        return
    Revision.objects.create(
        document=document,
        number=(last.number if last else 0) + 1,
        title=document.title,
        body=document.body,
        fields=fields,
        digest=digest,
        saved_by=by,
    )
