"""Staff search over title, number and full text (design section 8): bounded candidates first, then one page.

A bigram index narrows, LIKE on the same normalised column decides, so a result contains every word, exactly; the
visibility rule stands in the same query, so count, facets and page can never differ from what the person may see.
"""

from dataclasses import dataclass, field

from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Length, StrIndex, Substr

from units.models import Unit

from ..models import Record, RecordText
from .narrowing import Narrow
from .words import containing, words_of

CAP = 10_000
SIZE = 20
AROUND = 36  # characters of a snippet before and after the word


@dataclass
class Found:
    words: list[str] = field(default_factory=list)
    total: int = 0
    is_capped: bool = False
    records: list[Record] = field(default_factory=list)
    units: list[tuple[Unit, int]] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    page: int = 1

    @property
    def count_label(self) -> str:
        return f"{CAP:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def has_next(self) -> bool:
        return self.is_capped or self.page * SIZE < self.total


def matching(user, words: list[str], *, narrow: Narrow | None = None):
    """Texts that contain every word, which `user` may see."""
    rows = RecordText.objects.allowing("view", user)
    return containing((narrow or Narrow()).apply(rows), words)


def search(user, text: str, *, narrow: Narrow | None = None, page: int = 1) -> Found:
    """One page of results, title hits first, then by date; count exact up to 10,000."""
    words = words_of(text)
    narrow, page = narrow or Narrow(), max(page, 1)
    parts = RecordText.objects.allowing_each_way("view", user)
    parts = [containing(narrow.apply(rows), words) for rows in parts]
    total, keys, units, years = _bounded(parts, words, page)
    found = Found(words, min(total, CAP), total > CAP, page=page)
    if found.is_capped:
        keys = _dense(user, words, narrow, page)
    found.records = _records(keys, words)
    names = Unit.objects.in_bulk([int(key) for key in units])
    found.units = sorted(
        ((names[int(key)], count) for key, count in units.items()), key=lambda one: (-one[1], one[0].code)
    )
    found.years = sorted(((int(key), count) for key, count in years.items()), reverse=True)
    if not total:
        _note_empty(words)
    return found


def _bounded(parts: list, words: list[str], page: int):
    """(count up to the cap + 1, record keys of the page, units, years) in one statement."""
    in_head = models.ExpressionWrapper(Q(*(Q(words__head_n__contains=word) for word in words)), models.BooleanField())
    first, *others = (
        rows.annotate(in_head=in_head).order_by().values("record_id", "unit_id", "year", "sorted_on", "in_head")
        for rows in parts
    )
    sql, params = first.union(*others, all=True)[: CAP + 1].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH h (record_id, unit_id, year, sorted_on, in_head) AS MATERIALIZED ({sql})
            SELECT count(*),
              (SELECT json_agg(record_id) FROM (SELECT record_id FROM h
                                                ORDER BY in_head DESC, sorted_on DESC, record_id DESC
                                                LIMIT {SIZE} OFFSET {(page - 1) * SIZE}) p),
              (SELECT json_object_agg(unit_id, c) FROM (SELECT unit_id, count(*) AS c FROM h GROUP BY 1) u),
              (SELECT json_object_agg(year, c) FROM (SELECT year, count(*) AS c FROM h GROUP BY 1) y)
            FROM h""",
            params,
        )
        total, keys, units, years = cursor.fetchone()
    return total, keys or [], units or {}, years or {}


def _dense(user, words, narrow, page) -> list[int]:
    """A very frequent term: walk from the newest, testing each text; the index would gather everything first."""
    rows = RecordText.objects.allowing("view", user).filter(*(Q(words__text_n__contains=word) for word in words))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        start = (page - 1) * SIZE
        keys = list(
            narrow.apply(rows)
            .order_by("-sorted_on", "-record_id")
            .values_list("record_id", flat=True)[start : start + SIZE]
        )
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


def all_ids(user, text: str, *, narrow: Narrow | None = None):
    """Uids of every hit, streamed; for exports and the command."""
    rows = matching(user, words_of(text), narrow=narrow).order_by("-sorted_on", "-record_id")
    return rows.values_list("record__uid", flat=True).iterator(chunk_size=2000)


def _note_empty(words: list[str]) -> None:
    """The folded words and a count, no person; how many rows a day may have is the function's business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing(%s, 'staff')", [" ".join(words)])
