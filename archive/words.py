"""What search reads of a record (design section 8): its row of facts and its folded words, written at filing."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from units.folding import Fold
from units.inserting import Insertion

from .copying import CopyLine
from .models import Record, RecordText, RecordWords

TEXT_AT_ONCE = 2_000_000  # characters of search texts that are in memory at the same time
AT_ONCE = 500_000  # characters of one text
COPIED_AT_ONCE = 1 << 20  # bytes
FACTS = Insertion(RecordText)
Text = str | Callable[[], Iterable[str]]  # a text, or what gives it piece by piece


def write_texts(filed: list[tuple[Record, Text]]) -> None:
    """The search rows of records, folded by the database's own function, so that query and column agree.

    Memory does not grow with the texts: at most TEXT_AT_ONCE characters of them are held.
    """
    FACTS.write(text_row(record) for record, _ in filed)
    waiting: list[tuple[Record, str]] = []
    weight = 0
    for record, body in filed:
        pieces = iter([body] if isinstance(body, str) else body())
        text, left = _short(pieces)
        if left is not None:
            write_long(record, chain([text, left], pieces))
            continue
        waiting.append((record, text.replace("\x00", "")))
        weight += len(text)
        if weight > TEXT_AT_ONCE:
            _insert_words(waiting)
            waiting, weight = [], 0
    _insert_words(waiting)


# As `search_columns` makes them; each text goes to the database once, and each head is made once.
_INSERT = """INSERT INTO {table} (record_id, head_n, text_n, body)
SELECT g.record_id, h.head, h.head || egov_fold_v1(g.body) || egov_fold_v1(g.author), g.body
FROM (VALUES {rows}) AS g (record_id, pieces, author, body)
CROSS JOIN LATERAL (SELECT egov_head(g.pieces) AS head OFFSET 0) AS h
"""


def _insert_words(given: list[tuple[Record, str]]) -> None:
    """The words of records that have none, in one statement."""
    if not given:
        return
    table, row = connection.ops.quote_name(RecordWords._meta.db_table), "(%s::bigint, %s::text[], %s::text, %s::text)"
    values = [value for record, body in given for value in (record.pk, head_of(record), author_of(record), body)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(table=table, rows=", ".join([row] * len(given))), values)


def _short(pieces: Iterator[str]) -> tuple[str, str | None]:
    """(the beginning, the piece with which it is longer than one statement takes, or None)."""
    taken, size = [], 0
    for piece in pieces:
        if taken and size + len(piece) > AT_ONCE:
            return "".join(taken), piece
        taken.append(piece)
        size += len(piece)
    return "".join(taken), None


def write_long(record: Record, pieces: Iterable[str]) -> None:
    """The words of one record whose text is too long for one statement: streamed in as they are, then folded."""
    table = connection.ops.quote_name(RecordWords._meta.db_table)
    with connection.cursor() as cursor:
        line = CopyLine((str(record.pk), "", ""), pieces)
        cursor.copy_expert(f"COPY {table} (record_id, head_n, text_n, body) FROM STDIN", line, size=COPIED_AT_ONCE)
    rewrite_head(record)


class Head(Func):
    function = "egov_head"
    output_field = TextField()


def head_of(record: Record) -> list[str]:
    """What a record is called and numbered, title first; a former code still finds it."""
    codes = [record.archival_code, record.legacy_code, record.archive_code, *map(str, record.former_codes)]
    pieces = [record.title, record.doc_number, record.doc_number_as_given, *codes]
    return [piece.replace("\x00", "") for piece in pieces if piece]


def author_of(record: Record) -> str:
    """Who made it, between the marks that no word goes across."""
    return f"\x1f{record.author}\x1f".replace("\x00", "")


def search_columns(record: Record, body) -> dict:
    """The folded columns of a record's words; `body` is an expression of the text as written."""
    head = Head(Value(head_of(record), output_field=ArrayField(TextField())))
    return {"head_n": head, "text_n": Concat(head, Fold(body), Fold(Value(author_of(record))))}


def rewrite_head(record: Record) -> None:
    """After a correction: the head anew, the body as it was."""
    RecordWords.objects.filter(record=record.pk).update(**search_columns(record, F("body")))


def write_words(record: Record, body: str) -> None:
    """What search finds in its files: `body` as written."""
    body = body.replace("\x00", "")
    RecordWords.objects.filter(pk=record.pk).update(body=body, **search_columns(record, Value(body)))


def text_row(record: Record) -> RecordText:
    return RecordText(
        record=record,
        document_id=record.document_id,
        unit_id=record.unit_id,
        custodian_id=record.custodian_id,
        offered_to_id=record.offered_to_id,
        use_scope=record.use_scope,
        sorted_on=record.date or timezone.localdate(record.filed_at),
        year=record.year,
        retention_code=record.retention_code,
        kind=record.kind,
        access_status=record.access_status,
    )
