"""Staff search over title, number and full text (design section 8): bounded candidates first, then one page.

A bigram index narrows, LIKE on the same normalised column decides, so a result contains every word, exactly; the
visibility rule stands in the same query, so count, facets and page can never differ from what the person may see.
"""

from dataclasses import dataclass, field

from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Length, StrIndex, Substr

from units.folding import alternatives
from units.paging import Slice, cut

from ..models import Record, RecordText
from .narrowing import HELD, Narrow
from .words import containing, words_of

CAP = 10_000
SIZE = 20
COLUMNS = (
    "record_id", "unit_id", "year", "retention_code", "kind", "access_status", "sorted_on", "in_head", "code", "held",
)  # fmt: skip
FACETS = ("unit_id", "year", "retention_code", "kind", "access_status")
SORTED = {
    "fit": "in_head DESC, sorted_on DESC, record_id DESC",
    "date": "sorted_on DESC, record_id DESC",
    "code": "code, record_id",
}
EVERYTHING = Narrow()
AROUND = 36  # characters of a snippet before and after the word


@dataclass
class Found:
    """One page. `everywhere` and `held` count hits in all places and with the archive, `total` those asked for."""

    words: list[str] = field(default_factory=list)
    total: int = 0
    is_capped: bool = False
    everywhere: int = 0
    held: int = 0
    records: list[Record] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)  # column of FACETS → value → hits
    page: int = 1
    slice: Slice | None = None  # of a capped result: its neighbours by cursor

    @property
    def count_label(self) -> str:
        return f"{CAP:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def pages(self) -> int:
        """How many pages can be asked for by number."""
        return -(-self.total // SIZE)


def matching(user, words: list[str], narrow: Narrow | None = None):
    """Texts that contain every word, which `user` may see."""
    return (narrow or EVERYTHING).apply(containing(RecordText.objects.allowing("view", user), words))


def search(user, text: str, *, narrow: Narrow | None = None, page: int = 1, request=None, elsewhere: int = 0) -> Found:
    """One page of results in the order asked for; count exact up to 10,000.

    A larger result is read from an index, newest first or by code: with `request` by its cursor, to the very end.
    `elsewhere` counts what the question found beside records: then it was not in vain.
    """
    words, narrow = words_of(text), narrow or EVERYTHING
    found = Found(words, page=max(page, 1))
    parts = [containing(rows, words) for rows in RecordText.objects.allowing_each_way("view", user)]
    keys = _bounded(parts, words, narrow, narrow.everywhere(), found)
    if found.everywhere > CAP and narrow.holdings is not None:
        everywhere = found.everywhere  # what was counted was cut off before it was divided
        keys = _bounded(parts, words, narrow, narrow, found)
        found.everywhere = everywhere
    if found.is_capped:
        keys = _dense(user, words, narrow, found, request)
    found.records = _records(keys, words)
    if not (found.everywhere or elsewhere):
        _note_empty(words)
    return found


def _bounded(parts: list, words: list[str], narrow: Narrow, within: Narrow, found: Found) -> list[int]:
    """Record keys of the page; counts and facets into `found`. One statement over at most CAP + 1 rows of `within`."""
    in_head = models.ExpressionWrapper(Q(*(_meant("words__head_n", word) for word in words)), models.BooleanField())
    code = F("record__archival_code") if narrow.order == "code" else Value("")
    first, *others = (
        within.apply(rows)
        .annotate(in_head=in_head, code=code, held=models.ExpressionWrapper(HELD, models.BooleanField()))
        .order_by()
        .values(*COLUMNS)
        for rows in parts
    )
    sql, params = first.union(*others, all=True)[: CAP + 1].query.sql_with_params()
    facets = ", ".join(
        f"(SELECT json_object_agg({name}, c) FROM (SELECT {name}, count(*) AS c FROM n GROUP BY 1) f)"
        for name in FACETS
    )
    chosen = {None: "true", True: "held", False: "NOT held"}[narrow.holdings]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH h ({", ".join(COLUMNS)}) AS MATERIALIZED ({sql}),
              n AS (SELECT * FROM h WHERE {chosen})
            SELECT (SELECT count(*) FROM h), (SELECT count(*) FROM h WHERE held), (SELECT count(*) FROM n),
              (SELECT json_agg(record_id) FROM (SELECT record_id FROM n ORDER BY {SORTED[narrow.order]}
                                                LIMIT {SIZE} OFFSET {(found.page - 1) * SIZE}) p), {facets}""",
            params,
        )
        everywhere, held, total, keys, *counts = cursor.fetchone()
    found.everywhere, found.held = everywhere, held
    found.total, found.is_capped = min(total, CAP), total > CAP
    found.facets = dict(zip(FACETS, [one or {} for one in counts], strict=True))
    return keys or []


def _meant(column: str, word: str) -> Q:
    """`column` holds a folded word, or what it may stand for."""
    return Q(*((f"{column}__contains", one) for one in alternatives(word)), _connector=Q.OR)


def _dense(user, words, narrow: Narrow, found: Found, request) -> list[int]:
    """A very frequent term: walk along an index, testing each text; the text index would gather everything first."""
    rows = RecordText.objects.allowing("view", user).filter(*(_meant("words__text_n", word) for word in words))
    rows = narrow.apply(rows).select_related("record")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        if request is None or (found.page > 1 and not {"after", "before"} & set(request.GET)):
            start = (found.page - 1) * SIZE
            keys = list(rows.order_by(*narrow.walk).values_list("pk", flat=True)[start : start + SIZE])
        else:
            found.slice = cut(rows, request, order=narrow.walk, size=SIZE, label=found.count_label)
            keys = [row.pk for row in found.slice]
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return keys


def _records(keys: list[int], words: list[str]) -> list[Record]:
    """The records of a page in its order, each with a `snippet` around the first word of its text."""
    longest = max(words, key=len)
    body = Substr(F("text__words__text_n"), Length("text__words__head_n") + 2)
    rows = (
        Record.objects.unguarded("the keys come from an allowed search")
        .filter(pk__in=keys)
        .for_list()
        .annotate(at=StrIndex(body, Value(longest)))
        .annotate(snippet=Substr(body, Greatest(F("at") - AROUND, 1), 2 * AROUND + len(longest)))
    )
    found = {record.pk: record for record in rows}
    return [found[key] for key in keys if key in found]


def all_ids(user, text: str, narrow: Narrow | None = None):
    """Uids of every hit, streamed, newest first or by code; for exports and the command."""
    rows = matching(user, words_of(text), narrow).order_by(*(narrow or EVERYTHING).walk)
    return rows.values_list("record__uid", flat=True).iterator(chunk_size=2000)


def _note_empty(words: list[str]) -> None:
    """The folded words and a count, no person; how many rows a day may have is the function's business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing(%s, 'staff')", [" ".join(words)])
