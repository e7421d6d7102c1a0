"""What hangs on the generated documents, and their records: made by the database from the documents themselves."""

from django.db import connection

from archive.models import CodeAssignment, Component, Record, RecordText, RecordWords
from archive.states import Retention, Role
from documents.models import Opinion, Participant, RouteRun, StepRun
from documents.states import RunOutcome, StepKind, StepState
from files.store import keep, land_bytes
from units.models import Task

from .copying import insert

TEXT = "演示用正本，只为测量而作。"
OF_THESE = "d.id BETWEEN %(first)s AND %(last)s"
DOCUMENT_OF_UNIT = "documents_document d JOIN units_unit n ON n.id = d.unit_id"
PERSON = "JOIN units_user u ON u.username = 'bench-' || lower(n.code) || '-{post}-1'"


def on_documents(first: int, last: int, under_way, handled) -> None:
    """Tasks, participants and opinions of the documents with the keys `first` to `last`.

    under_way  (…, direction, state, kind of the open task, its post)
    handled    (state, kind of the task that the clerk has done)
    """
    keys = {"first": first, "last": last}
    _run("ANALYZE documents_document")
    _runs(keys)
    for _, direction, state, kind, post in under_way:
        slot = {**keys, "direction": direction, "state": state, "kind": kind, "label": kind.label, "post": post}
        _open_tasks(slot)
    for state, kind in handled:
        _closed_tasks({**keys, "state": state, "kind": kind, "label": kind.label})
    for post in ("officer", "clerk"):
        insert(
            Participant,
            f"{DOCUMENT_OF_UNIT} {PERSON.format(post=post)} WHERE {OF_THESE} ORDER BY d.id",
            keys,
            document_id="d.id", unit_id="d.unit_id", user_id="u.id", reason="'did'", created_at="d.created_at",
        )  # fmt: skip
    insert(
        Opinion,
        f"{DOCUMENT_OF_UNIT} {PERSON.format(post='leader')} WHERE {OF_THESE} AND d.state = 'completed' ORDER BY d.id",
        keys,
        document_id="d.id", kind="'instruct'", label="'批示'", by_id="u.id", name="u.name",
        post="n.short_name || ' 领导'", text="'请相关科室抓好落实。'", at="d.created_at",
    )  # fmt: skip


def _runs(keys: dict) -> None:
    """The way of each document: ended with two steps done, or under way (its open step comes with its task)."""
    insert(
        RouteRun,
        f"documents_document d WHERE {OF_THESE} ORDER BY d.id",
        {**keys, "done": RunOutcome.DONE, "under_way": RunOutcome.UNDER_WAY},
        uid="md5('run' || d.uid)::uuid", document_id="d.id", name="'默认路线'", started_at="d.created_at",
        ended_at="d.completed_at", outcome="CASE WHEN d.completed_at IS NULL THEN %(under_way)s ELSE %(done)s END",
    )  # fmt: skip
    _run("ANALYZE documents_routerun")
    insert(
        StepRun,
        "documents_routerun r JOIN documents_document d ON d.id = r.document_id JOIN units_unit n ON n.id = d.unit_id "
        f"{PERSON.format(post='clerk')} JOIN units_post p ON p.unit_id = d.unit_id AND p.kind = 'clerk' "
        f"CROSS JOIN (VALUES (1, %(first_kind)s), (2, %(last_kind)s)) AS k(position, kind) "
        f"WHERE {OF_THESE} AND d.state = 'completed'",
        {**keys, "first_kind": StepKind.REGISTER, "last_kind": StepKind.COMPLETE, "done": StepState.DONE},
        uid="md5('step' || k.position || d.uid)::uuid", run_id="r.id", unit_id="d.unit_id", post_id="p.id",
        position="k.position", kind="k.kind", state="%(done)s", opened_at="d.created_at", closed_at="d.completed_at",
        done_by_id="u.id",
    )  # fmt: skip


SUBJECT = {
    "kind": "%(kind)s",
    "label": "%(label)s",
    "subject_type": "'document'",
    "subject_uid": "d.uid",
    "title": "d.title",
    "detail": "d.sender_number",
    "urgency": "d.urgency",
    "unit_id": "d.unit_id",
    "post_id": "p.id",
    "opened_at": "d.created_at",
}


def _open_tasks(values: dict) -> None:
    """The open item of each document of a slot, and the step of its run that it stands for."""
    source = (
        "documents_document d JOIN units_post p ON p.unit_id = d.unit_id AND p.kind = %(post)s "
        "JOIN documents_routerun r ON r.document_id = d.id "
        f"WHERE {OF_THESE} AND d.direction = %(direction)s AND d.state = %(state)s ORDER BY d.id"
    )
    step = "md5('step' || d.uid)::uuid"
    insert(Task, source, values, **SUBJECT, step_uid=step)
    insert(
        StepRun,
        source,
        {**values, "open": StepState.OPEN},
        uid=step, run_id="r.id", unit_id="d.unit_id", post_id="p.id", position="1", kind="%(kind)s", state="%(open)s",
        opened_at="d.created_at",
    )  # fmt: skip


def _closed_tasks(values: dict) -> None:
    insert(
        Task,
        f"{DOCUMENT_OF_UNIT} JOIN units_post p ON p.unit_id = d.unit_id AND p.kind = 'clerk' "
        f"{PERSON.format(post='clerk')} WHERE {OF_THESE} AND d.state = %(state)s ORDER BY d.id",
        values,
        **SUBJECT,
        closed_at="d.changed_at", done_by_id="u.id", outcome="'done'", subject_ended="d.state = 'completed'",
    )  # fmt: skip


def records(first: int, last: int, seed: int) -> None:
    """A record with its text and one component for each completed document, numbered in its class after the last."""
    keys = {"first": first, "last": last}
    labels = " ".join(f"WHEN '{one.value}' THEN '{one.label}'" for one in Retention)
    insert(
        Record,
        NUMBERED,
        {**keys, "seed": seed},
        uid="(lpad(to_hex(%(seed)s), 16, '0') || lpad(to_hex((1::bigint << 60) + x.id), 16, '0'))::uuid",
        document_id="x.id", unit_id="x.unit_id", custodian_id="x.unit_id", fonds_id="x.fonds_id", year="x.year",
        retention_code="x.retention_code", retention_as_filed=f"CASE x.retention_code {labels} END",
        class_code="x.class_code", item_no="x.item_no",
        archival_code="concat_ws('-', x.fonds, 'WS·' || x.year, x.retention_code, x.class_code, "
        "lpad(x.item_no::text, greatest(4, length(x.item_no::text)), '0'))",
        title="x.title", author="x.author", doc_number="x.doc_number", date="x.day", doc_type="x.doc_type",
        direction="x.direction", page_count="2", component_count="1", completed_at="x.completed_at",
        filed_at="x.completed_at", filed_by_id="x.filed_by_id",
    )  # fmt: skip
    _run(COUNTERS, **keys)
    _run("ANALYZE archive_record")
    _of_records(keys)


def _of_records(keys: dict[str, int]) -> None:
    """What hangs on the records just made: text, words, code, one component."""
    insert(
        RecordText,
        OF_RECORDS,
        keys,
        record_id="r.id", document_id="r.document_id", unit_id="r.unit_id", custodian_id="r.custodian_id",
        offered_to_id="r.offered_to_id", use_scope="r.use_scope", sorted_on="r.date", year="r.year",
        retention_code="r.retention_code", kind="r.doc_type", access_status="r.access_status",
    )  # fmt: skip
    insert(
        RecordWords,
        TEXTS,
        keys,
        record_id="r.id", head_n="h.head_n", body="d.body",
        text_n="h.head_n || egov_fold_v1(d.body) || egov_fold_v1(chr(31) || r.author || chr(31)) "
        "|| archive_unit_sign(r.unit_id)",
    )  # fmt: skip
    insert(
        CodeAssignment,
        OF_RECORDS,
        keys,
        record_id="r.id", fonds_id="r.fonds_id", category_code="r.category_code", year="r.year",
        retention_code="r.retention_code", class_code="r.class_code", item_no="r.item_no", code="r.archival_code",
        given_at="r.filed_at",
    )  # fmt: skip
    stored = keep(land_bytes(TEXT.encode(), "正本.txt"))
    insert(
        Component,
        OF_RECORDS,
        {**keys, "stored": stored.pk, "role": Role.ORIGINAL},
        uid="md5('component' || r.uid)::uuid", record_id="r.id", role="%(role)s", seq="1", filename="'正本.txt'",
        stored_file_id="%(stored)s", pages="2",
    )  # fmt: skip


def _run(sql: str, **values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


NUMBERED = """
(SELECT y.*, coalesce(c.last, 0) + y.place AS item_no FROM (
   SELECT d.id, d.unit_id, d.retention_code, d.class_code, d.title, d.doc_type, d.direction, d.completed_at,
          coalesce(nullif(d.sender_name, ''), n.name) AS author,
          CASE d.direction WHEN 'incoming' THEN d.sender_number ELSE d.doc_number END AS doc_number,
          f.id AS fonds_id, f.code AS fonds, t.day, extract(year FROM t.day)::int AS year, u.id AS filed_by_id,
          row_number() OVER (PARTITION BY f.code, extract(year FROM t.day), d.retention_code, d.class_code
                             ORDER BY d.id) AS place
   FROM documents_document d
   JOIN units_unit n ON n.id = d.unit_id
   JOIN archive_fondscreator a ON a.unit_id = d.unit_id AND a.ends_on IS NULL
   JOIN archive_fonds f ON f.id = a.fonds_id
   JOIN units_user u ON u.username = 'bench-' || lower(n.code) || '-clerk-1'
   CROSS JOIN LATERAL (SELECT coalesce(d.document_date, d.sender_date) AS day) t
   WHERE d.id BETWEEN %(first)s AND %(last)s AND d.state = 'completed'
 ) y LEFT JOIN units_counter c
   ON c.series = concat_ws(':', 'item', y.fonds, 'WS', y.year, y.retention_code, y.class_code)
) x ORDER BY x.id
"""
COUNTERS = """
INSERT INTO units_counter (series, last)
SELECT concat_ws(':', 'item', f.code, r.category_code, r.year, r.retention_code, r.class_code), max(r.item_no)
FROM archive_record r JOIN archive_fonds f ON f.id = r.fonds_id
WHERE r.document_id BETWEEN %(first)s AND %(last)s GROUP BY 1
ON CONFLICT (series) DO UPDATE SET last = greatest(units_counter.last, EXCLUDED.last)
"""
OF_RECORDS = "archive_record r WHERE r.document_id BETWEEN %(first)s AND %(last)s ORDER BY r.id"
TEXTS = """
archive_record r JOIN documents_document d ON d.id = r.document_id
CROSS JOIN LATERAL (
  SELECT egov_head(ARRAY[r.title, r.doc_number, r.archival_code]) AS head_n
) h
WHERE r.document_id BETWEEN %(first)s AND %(last)s
"""
