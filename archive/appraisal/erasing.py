"""Bytes go when nobody refers to them (design 13): after a disposal, file by file, each in a transaction of its own."""

import os

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from documents.models import Attachment, PaperOpinion, Rendition
from files.erasing import lock_alone, open_erasure
from files.models import Erasure, PublicationFile, StoredFile
from files.store import path_of

from ..disposed import destroyed_papers
from ..models import Appraisal, Component, Record
from ..states import AppraisalState, State

SLICE = 500
# of a destroyed record, or of a 来文 that was one item with it and keeps the versions of its files as they were filed
OF_DESTROYED = Q(record__state=State.DESTROYED) | Q(record__joined_to__state=State.DESTROYED)
# of a document: its files, the pages and 送审稿 made of it, scans of opinions given on paper
OF_DOCUMENTS = ((Attachment, "stored_file"), (Rendition, "stored_file"), (PaperOpinion, "proof"))


def candidates():
    """Files that a destroyed record, or the document it was made of, had and that still lie in the store."""
    gone = Q(pk__in=Component.versions.filter(OF_DESTROYED).values("stored_file"))
    papers = list(destroyed_papers().values_list("pk", flat=True))
    for model, name in OF_DOCUMENTS:
        gone |= Q(pk__in=QuerySet(model).filter(document__in=papers, **{f"{name}__isnull": False}).values(name))
    erased = Erasure.objects.filter(stored_file=OuterRef("pk"), revived_at=None)
    return StoredFile.objects.filter(~Exists(erased)).filter(gone)


def is_referred_to(stored: StoredFile) -> bool:
    """Does any row but those of destroyed records and of their documents, in any room, still name these bytes?

    Rows are read without any manager: what a list leaves out (replaced, removed) refers to them all the same. A
    publication that was closed shows nothing; a document is kept by each unit that has it (archive/disposed.py).
    """
    papers: set[int] = set()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.concrete or not relation.auto_created or relation.related_model is Erasure:
            continue
        rows = QuerySet(relation.related_model).filter(**{relation.field.name: stored})
        if relation.related_model is Component:
            rows = rows.exclude(OF_DESTROYED)
        elif relation.related_model is PublicationFile:
            rows = rows.filter(publication__closed_at=None)
        elif relation.related_model in {model for model, _ in OF_DOCUMENTS}:
            papers.update(rows.values_list("document", flat=True))
            continue
        if rows.exists():
            return True
    return destroyed_papers().filter(pk__in=papers).count() < len(papers)


def erase() -> tuple[int, int, int]:
    """(files erased, their bytes, files that others refer to). Run after the disposal's commit, and daily."""
    erased = size = kept = 0
    for key in list(candidates().values_list("pk", flat=True)):
        stored = StoredFile.objects.get(pk=key)
        if _erased(stored):
            erased, size = erased + 1, size + stored.bytes
        else:
            kept += 1
    return erased, size, kept


def outcome(appraisal: Appraisal) -> tuple[int, int]:
    """(files whose bytes went, files that stay) of what the appraisal destroyed: what another unit, or
    another item, has refers to the latter."""
    gone = Record.objects.unguarded("numbers of a list that its reader may see").filter(
        Q(appraised__appraisal=appraisal, state=State.DESTROYED)
    )
    theirs = Component.versions.filter(Q(record__in=gone) | Q(record__joined_to__in=gone)).values("stored_file")
    erased = Exists(Erasure.objects.filter(stored_file=OuterRef("pk"), revived_at=None))
    counted = StoredFile.objects.filter(pk__in=theirs).aggregate(all=Count("pk"), erased=Count("pk", filter=erased))
    return counted["erased"], counted["all"] - counted["erased"]


def told(appraisal: Appraisal) -> str:
    """What became of the files, once they were destroyed; "" before, and where there were none."""
    erased, left = outcome(appraisal) if appraisal.state == AppraisalState.DESTROYED else (0, 0)
    found = [
        f"已删除 {erased} 个文件" if erased else "",
        f"{left} 个文件仍被其他公文或档案引用，没有删除" if left else "",
    ]
    return "，".join(filter(None, found))


def _erased(stored: StoredFile) -> bool:
    """Under the file's lock, which whoever keeps the same bytes again waits for."""
    with transaction.atomic():
        lock_alone(connection, stored.sha256)
        if open_erasure(stored) is not None or is_referred_to(stored):
            return False
        Erasure.objects.create(stored_file=stored, bytes=stored.bytes)
        try:
            os.unlink(path_of(stored))
        except FileNotFoundError:
            return True
    return True


def sweep() -> str:
    """The daily chore: what a stopped disposal left."""
    erased, size, kept = erase()
    return f"销毁 {erased} 个文件（{size:,} 字节），{kept} 个仍被引用"
