"""Staff search over title, number and full text (design section 8): bounded candidates first, then one page.

A bigram index narrows, LIKE on the same normalised column decides, so a result contains every word, exactly; the
visibility rule stands in the same query, so count, facets and page can never differ from what the person may see.
"""

from dataclasses import dataclass, field

from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Length, StrIndex, Substr

from units.matching import Bigrams
from units.paging import Slice, cut

from ..models import Record, RecordText
from .narrowing import HELD, Narrow

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
MAX_WORDS, MAX_LENGTH = 10, 100
AROUND = 36  # characters of a snippet before and after the word


class BadSearch(ValueError):
    """A sentence for the person who searched."""


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


def words_of(text: str) -> list[str]:
    """The words as the database normalises them; BadSearch for what cannot be searched."""
    parts = text.replace("\x00", " ").encode("utf-8", "replace").decode().split()
    if not parts:
        raise BadSearch("请输入要检索的字词。")
    if len(parts) > MAX_WORDS:
        raise BadSearch(f"一次最多检索 {MAX_WORDS} 个词，请减少。")
    if any(len(part) > MAX_LENGTH for part in parts):
        raise BadSearch(f"每个检索词不超过 {MAX_LENGTH} 个字，请缩短。")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT egov_normalise(w) FROM unnest(%s::text[]) WITH ORDINALITY AS x(w, n) ORDER BY n", [parts]
        )
        words = [row[0] for row in cursor.fetchall() if row[0]]
    if not any(len(word) >= 2 for word in words):
        raise BadSearch("请至少输入两个字，单字检索范围过大。")
    return list(dict.fromkeys(words))


def pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]


def matching(user, words: list[str], narrow: Narrow = EVERYTHING):
    """Texts that contain every word, which `user` may see."""
    return narrow.apply(_containing(RecordText.objects.allowing("view", user), words))


def _containing(rows, words: list[str]):
    rows = rows.alias(grams=Bigrams("words__text_n"))
    for word in words:
        if len(word) >= 2:
            rows = rows.filter(grams__contains=pairs(word))
        if len(word) != 2:  # a pair is found by the index alone
            rows = rows.filter(words__text_n__contains=word)
    return rows


def search(user, text: str, *, narrow: Narrow = EVERYTHING, page: int = 1, request=None) -> Found:
    """One page of results in the order asked for; count exact up to 10,000.

    A larger result is read from an index, newest first or by code: with `request` by its cursor, to the very end.
    """
    words = words_of(text)
    found = Found(words, page=max(page, 1))
    parts = [_containing(rows, words) for rows in RecordText.objects.allowing_each_way("view", user)]
    keys = _bounded(parts, words, narrow, narrow.everywhere(), found)
    if found.everywhere > CAP and narrow.holdings is not None:
        keys = _bounded(parts, words, narrow, narrow, found)  # what was counted was cut off before it was divided
    if found.is_capped:
        keys = _dense(user, words, narrow, found, request)
    found.records = _records(keys, words)
    if not found.everywhere:
        _note_empty(words)
    return found


def _bounded(parts: list, words: list[str], narrow: Narrow, within: Narrow, found: Found) -> list[int]:
    """Record keys of the page; counts and facets into `found`. One statement over at most CAP + 1 rows of `within`."""
    in_head = models.ExpressionWrapper(Q(*(Q(words__head_n__contains=word) for word in words)), models.BooleanField())
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


def _dense(user, words, narrow: Narrow, found: Found, request) -> list[int]:
    """A very frequent term: walk along an index, testing each text; the text index would gather everything first."""
    rows = RecordText.objects.allowing("view", user).filter(*(Q(words__text_n__contains=word) for word in words))
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


def all_ids(user, text: str, narrow: Narrow = EVERYTHING):
    """Uids of every hit, streamed, newest first or by code; for exports and the command."""
    rows = matching(user, words_of(text), narrow).order_by(*narrow.walk)
    return rows.values_list("record__uid", flat=True).iterator(chunk_size=2000)


def _note_empty(words: list[str]) -> None:
    """The folded words and a count, no person; how many rows a day may have is the function's business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing(%s, 'staff')", [" ".join(words)])
