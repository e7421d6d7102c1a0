"""退还: a record of another installation that the archive did not take goes home; nothing of it stays but that it was.

Domain 9.4: nothing of a returned batch stays in the archive's holding, only the report and the log. The record's own
installation mends it and sends it again: then it is the same record, with what it says now.
"""

from collections.abc import Iterable

from django.utils import timezone

from files.probing.warm import kept_warm

from .filed_words import words_of_files
from .filing import assignment_of
from .inputs import ComingInput
from .models import Component, Record, RecordText
from .states import State
from .words import text_row, write_words
from .workflow import RECORD

GONE = "退还原平台"
VOIDED = "原平台重新移交，档号已改"


def send_home(keys: list[int], *, by, opinion: str = "") -> int:
    """Inside the transaction of the batch's act: what it said is found no more, its files are no more its own."""
    moved = RECORD.perform_set("send_home", Record, keys, by=by, note=opinion)
    gone = {"superseded_at": timezone.now(), "superseded_reason": GONE}
    Component.versions.filter(record__in=keys, superseded_at=None).update(**gone)
    rows = Record.objects.unguarded("sent home in this act").filter(pk__in=keys)
    for record in rows.iterator(chunk_size=500):
        write_words(record, "")
    return moved


def come_again(record: Record, fresh: Record, *, by) -> Record:
    """The record that was sent home, as `fresh` (unsaved, same uid) says it now; inside the act's transaction."""
    if record.archival_code != fresh.archival_code:
        record.codes.filter(voided_at=None).update(voided_at=timezone.now(), void_reason=VOIDED)
    RECORD.perform("come_again", record, by=by, given=ComingInput(fresh))
    if not record.codes.filter(voided_at=None).exists():
        assignment_of(record).save(force_insert=True)
    row = text_row(record)
    kept = [field.name for field in RecordText._meta.concrete_fields if not field.primary_key]
    texts = RecordText.objects.unguarded("the text of the record of this act")
    texts.filter(pk=record.pk).update(**{name: getattr(row, name) for name in kept})
    write_words(record, "")
    return record


def read_words(records: Iterable[Record]) -> int:
    """As filing does: the words out of the files of each record, whoever brought them. How many had any."""
    found = 0
    with kept_warm():
        for record in records:
            body = words_of_files(record, record.components.select_related("stored_file").order_by("seq"))
            if body and record.state != State.SENT_HOME:
                write_words(record, body)
                found += 1
    return found
