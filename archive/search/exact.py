"""What contains every word (design section 8): bounded candidates first, then one page.

A bigram index narrows, LIKE on the same folded column decides, so a result contains every word, exactly; the visibility
rule stands in the same query, so count, facets and page can never differ from what the person may see. Of very frequent
words the newest texts are tried one after the other instead: the index would gather them all first.
"""

from dataclasses import dataclass, field
from functools import cache

from django.db import connection, transaction
from django.db.models import Q

from units.doc_numbers import called, other_reading
from units.folding import alternatives
from units.paging import Slice, cut
from units.statements import KEY, Statement

from ..models import Record, RecordText
from . import nearest, sampling, snippets, ways
from .hits import FACETS, HELD_OR_NOT, SPREAD, Question, hits_of, named
from .narrowing import Narrow
from .words import containing, is_prefix, is_sentence, words_of

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
    is_far: bool = False  # these have single words of the question only
    page: int = 1
    everywhere: int = 0  # hits in all places of the narrowing
    held: int = 0  # of these with the archive
    facets: dict[str, dict[str, int]] = field(default_factory=dict)  # column of FACETS → value → hits
    slice: Slice | None = None  # of a capped result: its neighbours by cursor
    is_prefix: bool = False  # one character: title and numbers that begin with it

    @property
    def count_label(self) -> str:
        return f"{self.total:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def pages(self) -> int:
        """How many pages can be asked for by number."""
        return max(-(-(CAP if self.is_capped else self.total) // SIZE), 1)

    @property
    def last_page(self) -> int | None:
        """None where the end was not counted."""
        return None if self.is_capped else max(-(-self.total // SIZE), 1)

    @property
    def has_next(self) -> bool:
        return len(self.records) == SIZE if self.is_capped else self.page * SIZE < self.total


@dataclass
class Counted:
    everywhere: int
    held: int
    total: int
    keys: list[int]
    facets: dict[str, dict[str, int]]


def matching(user, words: list[str], *, narrow: Narrow | None = None):
    """Texts that contain every word, which `user` may see."""
    rows = (narrow or Narrow()).apply(RecordText.objects.allowing("view", user))
    return containing(rows, [alternatives(word) for word in words])


def all_ids(user, text: str, *, narrow: Narrow | None = None):
    """Uids of every hit, streamed; for exports and the command."""
    rows = matching(user, words_of(text), narrow=narrow).order_by(*(narrow or Narrow()).walk)
    return rows.values_list("record__uid", flat=True).iterator(chunk_size=2000)


def as_asked(user, text: str, narrow: Narrow) -> str:
    """`text`, or the number that it reads as, where the person may see what has or cites it, filed or in progress."""
    number, anywhere = other_reading(text), narrow.everywhere()
    if not number:
        return text
    there = matching(user, [number], narrow=anywhere).exists() or anywhere.in_progress(user, number).exists()
    return number if there else text


def search(
    user, text: str, *, narrow: Narrow | None = None, page: int = 1, near: int = SIZE, request=None, elsewhere: int = 0
) -> Found:
    """One page: what is called exactly so, title hits, the others by date; the nearest where nothing has all words.

    A result too large to be sorted is read from an index: with `request` by its cursor, to the very end. `elsewhere`
    counts what the question found beside records: then it was not in vain.
    """
    narrow, page = narrow or Narrow(), max(page, 1)
    words = words_of(text := as_asked(user, text, narrow))
    question = Question(words)
    found = Found(words, page=page, is_prefix=is_prefix(question.forms))
    counted = _frequent(user, words, narrow, page)
    found.is_capped = counted is not None
    if counted is None:
        counted = _bounded(user, question, narrow.everywhere(), narrow, page)
        found.everywhere = counted.everywhere
        if counted.everywhere > CAP and narrow.holdings is not None:  # cut off before it was divided
            counted = _bounded(user, question, narrow, narrow, page)
        found.is_capped = counted.total > CAP
    found.everywhere, found.held = found.everywhere or counted.everywhere, counted.held
    found.total, found.facets = min(counted.total, CAP), counted.facets
    if found.is_capped:
        by_number = request is None or (page > 1 and not {"after", "before"} & set(request.GET))
        if by_number:
            counted.keys = _deep(user, words, narrow, page)
        else:
            counted.keys = _by_cursor(user, words, narrow, found, request)
    found.records = _records(counted.keys, words)
    if not (found.everywhere or elsewhere) and page == 1:
        _note_empty(words)
    if page == 1 and not found.is_prefix and (not found.total or (is_sentence(text) and found.total < SIZE)):
        _add_nearest(found, user, text, narrow, near)
    return found


def _add_nearest(found: Found, user, text: str, narrow: Narrow, near: int) -> None:
    met = nearest.among_records(user, text, narrow)
    there = {record.pk for record in found.records}
    found.nearest_words, found.is_far = met.words, met.is_far
    keys = [one.key for one in met.hits if one.key not in there][:near]
    cut = snippets.around_places({one.key: one.place for one in met.hits}, met.words, keys)
    found.nearest = _with_snippets(keys, cut)


GROUPED_BY_NONE = (1 << len(FACETS)) - 1  # of grouping(): a bit for each column that is not grouped by
ORDERS = {
    "fit": "fit DESC, sorted_on DESC, record_id DESC",
    "date": "sorted_on DESC, record_id DESC",
    "code": "(SELECT r.archival_code FROM archive_record r WHERE r.id = n.record_id), record_id",
}


def _bounded(user, question: Question, within: Narrow, narrow: Narrow, page: int) -> Counted:
    """Of at most CAP + 1 hits of `within`: counts, the page's keys, how the hits of `narrow` spread; one statement."""
    sql, params = ways.union(ways.both(user), lambda signs: hits_of(question, within, signs), question.given())
    names = ", ".join((*SPREAD, "fit"))
    return _counted(
        f"WITH h ({names}) AS MATERIALIZED ({sql} LIMIT {CAP + 1})", params, narrow, narrow.order, page
    )  # fmt: skip


def _counted(hits: str, params, narrow: Narrow, order: str, page: int) -> Counted:
    """All counts and facets in one pass over h; in `answers` a value of the facet's place, or of none for the whole."""
    chosen = {None: "true", True: "held", False: "NOT held"}[narrow.holdings]
    sets = ", ".join(f"({name})" for name in FACETS)
    texts = ", ".join(f"{name}::text" for name in FACETS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{hits}, n AS (SELECT * FROM h WHERE {chosen}),
            answers AS (SELECT grouping({", ".join(FACETS)}) AS facet, coalesce({texts}) AS value, count(*) AS c
                        FROM n GROUP BY GROUPING SETS ({sets}, ()))
            SELECT (SELECT count(*) FROM h), (SELECT count(*) FROM h WHERE held),
              (SELECT json_agg(record_id) FROM (SELECT record_id FROM n ORDER BY {ORDERS[order]}
                                                LIMIT {SIZE} OFFSET {(page - 1) * SIZE}) p),
              (SELECT json_agg(json_build_array(facet, value, c)) FROM answers)""",
            params,
        )
        everywhere, held, keys, answers = cursor.fetchone()
    counts: dict[int, dict[str, int]] = {}
    for facet, value, count in answers:
        counts.setdefault(facet, {})[value] = count
    (total,) = counts.pop(GROUPED_BY_NONE).values()
    facets = {name: counts.get(GROUPED_BY_NONE ^ (1 << place), {}) for place, name in enumerate(reversed(FACETS))}
    return Counted(everywhere, held, total, keys or [], facets)


def _frequent(user, words: list[str], narrow: Narrow, page: int) -> Counted | None:
    """The newest texts tried one after the other, where the words are frequent enough; None where they are not.

    Ends after `WALK_CAP` hits' worth of texts: count and facets are of these, and are called so.
    """
    share = sampling.greatest_share(words)
    if share is None or share.texts < DENSE or narrow.order == "code":
        return None
    depth = int(1.3 * WALK_CAP / share.share) + 500
    if depth > LONGEST_WALK:
        return None

    rows = narrow.apply(ways.texts().annotate(held=HELD_OR_NOT)).order_by("-sorted_on", "-record_id")
    newest = ways.InWay(rows.values(*SPREAD)[:depth])
    sql, params = ways.union(ways.each(user, depth), lambda signs: newest, {})
    held, texts = _held(words)
    counted = _counted(
        f"""WITH t ({", ".join(SPREAD)}) AS MATERIALIZED (
          SELECT * FROM ({sql}) e ORDER BY sorted_on DESC, record_id DESC LIMIT {depth}),
        h AS MATERIALIZED (SELECT t.* FROM t JOIN archive_recordwords w USING (record_id) WHERE {held})""",
        (*params, *texts),
        narrow,
        "date",
        page,
    )
    if counted.total < WALK_CAP:
        return None
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
    rows = containing(narrow.apply(RecordText.objects.allowing("view", user)), [alternatives(named(called(words)))])
    return list(rows.order_by("-sorted_on", "-record_id").values_list("record_id", flat=True)[:SIZE])


def _rest(user, words, narrow: Narrow, first: list[int]):
    """Hits of very frequent words beside `first`, in the order of an index."""
    held = Q()
    for word in words:
        met = Q()
        for one in alternatives(word):
            met |= Q(words__text_n__contains=one)
        held &= met
    rows = narrow.apply(RecordText.objects.allowing("view", user)).filter(held).exclude(record__in=first)
    return rows.order_by(*narrow.walk)


def _deep(user, words, narrow: Narrow, page: int) -> list[int]:
    """A page of very many hits: what is called exactly so, then along an index, testing each text."""
    first = _called(user, words, narrow)
    start = (page - 1) * SIZE
    shown, begin = first[start : start + SIZE], max(start - len(first), 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        keys = _rest(user, words, narrow, first).values_list("record_id", flat=True)
        shown += list(keys[begin : begin + SIZE - len(shown)])
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return shown


def _by_cursor(user, words, narrow: Narrow, found: Found, request) -> list[int]:
    """As `_deep`, by the cursor of the address: as quick at the end as at the beginning."""
    first = _called(user, words, narrow)
    shown = [] if {"after", "before"} & set(request.GET) else first
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        rows = _rest(user, words, narrow, first).select_related("record")
        found.slice = cut(rows, request, order=narrow.walk, size=max(SIZE - len(shown), 1), label=found.count_label)
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return [*shown, *(row.pk for row in found.slice)]


def _records(keys: list[int], words: list[str]) -> list[Record]:
    """The records of a page in its order, each with a `snippet` of its text as written."""
    return _with_snippets(keys, snippets.around_words(keys, words))


@cache
def _records_of() -> Statement:
    rows = Record.objects.unguarded("the keys come from an allowed search").filter(pk__among=[KEY])
    return Statement(rows.for_list(), keys=[KEY])


def _with_snippets(keys: list[int], cut: dict[int, str]) -> list[Record]:
    if not keys:
        return []
    found = {record.pk: record for record in _records_of().ask(keys=keys)}
    for key, record in found.items():
        record.snippet = cut.get(key, "")
    return [found[key] for key in keys if key in found]


def _note_empty(words: list[str]) -> None:
    """The folded words and a count, no person; how many rows a day may have is the function's business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_found_nothing(%s, 'staff')", [" ".join(words)])
