"""What contains every word (design section 8): bounded candidates first, then one page.

A bigram index narrows, LIKE on the same folded column decides, so a result contains every word, exactly; the visibility
rule stands in the same query, so count, facets and page can never differ from what the person may see. Of very frequent
words the newest texts are tried one after the other instead: the index would gather them all first.
"""

from dataclasses import dataclass, field

from django.db import connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace

from units.folding import alternatives, plain_number
from units.models import Unit

from ..models import Record, RecordText
from . import nearest, sampling, snippets
from .narrowing import Narrow
from .words import PART, containing, is_sentence, names_around, words_of

CAP, WALK_CAP = 10_000, 1_000
SIZE = 20
DENSE = 20_000  # texts that may hold the rarest pair of the question: from here on the newest are tried first
LONGEST_WALK = 12_000  # texts tried before the index is asked all the same


@dataclass
class Found:
    """`total` is exact unless `is_capped`; facets are of the `total` counted. `nearest` holds no hit of `records`."""

    words: list[str] = field(default_factory=list)
    total: int = 0
    is_capped: bool = False
    records: list[Record] = field(default_factory=list)
    nearest: list[Record] = field(default_factory=list)
    nearest_words: list[str] = field(default_factory=list)
    units: list[tuple[Unit, int]] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    page: int = 1
    is_prefix: bool = False  # one character: title and numbers that begin with it

    @property
    def count_label(self) -> str:
        return f"{self.total:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def last_page(self) -> int | None:
        """None where the end was not counted."""
        return None if self.is_capped else max(-(-self.total // SIZE), 1)

    @property
    def has_next(self) -> bool:
        return len(self.records) == SIZE if self.is_capped else self.page * SIZE < self.total


@dataclass
class Counted:
    total: int
    keys: list[int]
    units: dict
    years: dict


def matching(user, words: list[str], *, narrow: Narrow | None = None):
    """Texts that contain every word, which `user` may see."""
    return containing((narrow or Narrow()).apply(RecordText.objects.allowing("view", user)), words)


def all_ids(user, text: str, *, narrow: Narrow | None = None):
    """Uids of every hit, streamed; for exports and the command."""
    rows = matching(user, words_of(text), narrow=narrow).order_by("-sorted_on", "-record_id")
    return rows.values_list("record__uid", flat=True).iterator(chunk_size=2000)


def search(user, text: str, *, narrow: Narrow | None = None, page: int = 1, near: int = SIZE) -> Found:
    """One page: what is called exactly so, title hits, the others by date; the nearest where nothing has all words."""
    words = words_of(text)
    narrow, page = narrow or Narrow(), max(page, 1)
    found = Found(words, page=page, is_prefix=all(len(word) == 1 for word in words))
    counted = _frequent(user, words, narrow, page)
    if counted is None:
        counted = _bounded(user, words, narrow, page)
        found.is_capped = counted.total > CAP
        if found.is_capped:
            counted.keys = _deep(user, words, narrow, page)
    else:
        found.is_capped = True
    found.total = min(counted.total, CAP)
    found.records = _records(counted.keys, words)
    _name_facets(found, counted)
    if not found.total and page == 1:
        _note_empty(words)
    if page == 1 and not found.is_prefix and (not found.total or (is_sentence(text) and found.total < SIZE)):
        _add_nearest(found, user, text, narrow, near)
    return found


def _add_nearest(found: Found, user, text: str, narrow: Narrow, near: int) -> None:
    met = nearest.among_records(user, text, narrow)
    there = {record.pk for record in found.records}
    found.nearest_words = met.words
    keys = [one.key for one in met.hits if one.key not in there][:near]
    cut = snippets.around_places({one.key: one.place for one in met.hits}, met.words, keys)
    found.nearest = _with_snippets(keys, cut)


def _name_facets(found: Found, counted: Counted) -> None:
    names = Unit.objects.in_bulk([int(key) for key in counted.units])
    found.units = sorted(
        ((names[int(key)], count) for key, count in counted.units.items()), key=lambda one: (-one[1], one[0].code)
    )
    found.years = sorted(((int(key), count) for key, count in counted.years.items()), reverse=True)


def _fit(words: list[str]) -> tuple[models.Expression, Case]:
    """The head without names of units, and the fit that is read from it.

    3: called exactly so; 2: every word in title or number, and not as a part of a unit's name; 1: elsewhere.
    """
    whole = "".join(words)
    head = F("words__head_n")
    for name in names_around(words):
        head = Replace(head, Value(name), Value("\x1e"), output_field=models.TextField())
    in_head = Q()
    for word in words:
        met = Q()
        for one in alternatives(word):
            met |= Q(head_alone__contains=one)
        in_head &= met
    called = Q(words__head_n__contains=PART + whole + PART) | Q(
        words__head_n__contains=PART + plain_number(whole) + PART
    )
    return head, Case(
        When(called, then=3), When(in_head, then=2), default=1, output_field=models.SmallIntegerField()
    )  # fmt: skip


ORDERS = {
    "fit": "fit DESC, sorted_on DESC, record_id DESC",
    "date": "sorted_on DESC, record_id DESC",
    "code": "(SELECT r.archival_code FROM archive_record r WHERE r.id = h.record_id), record_id",
}


def _bounded(user, words: list[str], narrow: Narrow, page: int) -> Counted:
    """Count up to the cap + 1, the page's keys, and how the hits spread, in one statement."""
    head, fit = _fit(words)
    first, *others = (
        containing(narrow.apply(rows), words)
        .alias(head_alone=head)
        .annotate(fit=fit)
        .order_by()
        .values("record_id", "unit_id", "year", "sorted_on", "fit")
        for rows in RecordText.objects.allowing_each_way("view", user)
    )
    sql, params = first.union(*others, all=True)[: CAP + 1].query.sql_with_params()
    return _counted(
        f"WITH h (record_id, unit_id, year, sorted_on, fit) AS MATERIALIZED ({sql})", params, narrow.order, page
    )


def _counted(hits: str, params, order: str, page: int) -> Counted:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{hits}
            SELECT count(*),
              (SELECT json_agg(record_id) FROM (SELECT record_id FROM h ORDER BY {ORDERS[order]}
                                                LIMIT {SIZE} OFFSET {(page - 1) * SIZE}) p),
              (SELECT json_object_agg(unit_id, c) FROM (SELECT unit_id, count(*) AS c FROM h GROUP BY 1) u),
              (SELECT json_object_agg(year, c) FROM (SELECT year, count(*) AS c FROM h GROUP BY 1) y)
            FROM h""",
            params,
        )
        total, keys, units, years = cursor.fetchone()
    return Counted(total, keys or [], units or {}, years or {})


def _frequent(user, words: list[str], narrow: Narrow, page: int) -> Counted | None:
    """The newest texts tried one after the other, where the words are frequent enough for that; else None.

    Ends after `WALK_CAP` hits' worth of texts: count and facets are of these, and are called so.
    """
    share = sampling.greatest_share(words)
    if share is None or share.texts < DENSE:
        return None
    depth = int(1.3 * WALK_CAP / share.share) + 500
    if depth > LONGEST_WALK:
        return None
    rows = narrow.apply(RecordText.objects.allowing("view", user)).order_by("-sorted_on", "-record_id")
    sql, params = rows.values("record_id", "unit_id", "year", "sorted_on")[:depth].query.sql_with_params()
    held, texts = _held(words)
    counted = _counted(
        f"""WITH n (record_id, unit_id, year, sorted_on) AS MATERIALIZED ({sql}),
        h AS MATERIALIZED (SELECT n.* FROM n JOIN archive_recordwords w USING (record_id) WHERE {held})""",
        (*params, *texts),
        "date",
        page,
    )
    if counted.total < WALK_CAP:
        return None
    first = _called(user, words, narrow)
    if first or page * SIZE > counted.total:
        counted.keys = _deep(user, words, narrow, page, first)
    counted.total -= counted.total % WALK_CAP
    return counted


def _held(words: list[str]) -> tuple[str, list[str]]:
    """The condition on archive_recordwords w, and its parameters."""
    sql, texts = [], []
    for word in words:
        forms = alternatives(word)
        sql.append("(" + " OR ".join(["strpos(w.text_n, %s) > 0"] * len(forms)) + ")")
        texts += forms
    return " AND ".join(sql), texts


def _called(user, words: list[str], narrow: Narrow) -> list[int]:
    """Records whose title, number or code is exactly the question."""
    whole = PART + "".join(words) + PART
    rows = containing(narrow.apply(RecordText.objects.allowing("view", user)), [whole])
    return list(rows.order_by("-sorted_on", "-record_id").values_list("record_id", flat=True)[:SIZE])


def _deep(user, words, narrow: Narrow, page: int, first: list[int] | None = None) -> list[int]:
    """A page of very many hits: what is called exactly so, then from the newest, testing each text."""
    first = _called(user, words, narrow) if first is None else first
    start, held = (page - 1) * SIZE, Q()
    for word in words:
        met = Q()
        for one in alternatives(word):
            met |= Q(words__text_n__contains=one)
        held &= met
    rows = narrow.apply(RecordText.objects.allowing("view", user)).filter(held).exclude(record__in=first)
    shown = first[start : start + SIZE]
    begin = max(start - len(first), 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        keys = rows.order_by("-sorted_on", "-record_id").values_list("record_id", flat=True)
        shown += list(keys[begin : begin + SIZE - len(shown)])
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return shown


def _records(keys: list[int], words: list[str]) -> list[Record]:
    """The records of a page in its order, each with a `snippet` of its text as written."""
    return _with_snippets(keys, snippets.around_words(keys, words))


def _with_snippets(keys: list[int], cut: dict[int, str]) -> list[Record]:
    rows = Record.objects.unguarded("the keys come from an allowed search").filter(pk__in=keys).for_list()
    found = {record.pk: record for record in rows}
    for key, record in found.items():
        record.snippet = cut.get(key, "")
    return [found[key] for key in keys if key in found]


def _note_empty(words: list[str]) -> None:
    """The folded words and a count, no person; how many rows a day may have is the function's business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing(%s, 'staff')", [" ".join(words)])
