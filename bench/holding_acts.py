"""The measured side of `make bench ONLY=holding`: one JSON line a request."""

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

import django

from changning_egov import databases

databases.ready()
django.setup()

from datetime import date

from django.db import connection
from django.test import Client
from django.urls import reverse

from archive.models import Component, Fonds, Record
from bench.rebuilding import as_owner
from files.models import StoredFile
from transfer.models import FileReading
from units.actions import system_user
from units.models import Post, Unit
from units.people import appoint, create_person

client = Client(SERVER_NAME="localhost")


def prepare() -> str:
    by = system_user()
    person = create_person(username="holding-receiver", name="计量接收", password="Changning-2026", by=by)
    appoint(person, Post.objects.get(unit__code="D30", kind="accessioner"), by=by)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    archive = Unit.objects.get(code="D30")
    with as_owner():
        record = Record.objects.bulk_create([Record(
            unit=archive, custodian=archive, fonds=Fonds.objects.order_by("pk").first(), year=2016, retention_code="Y",
            retention_as_filed="永久", class_code="BGS", item_no=1, archival_code="Z407-WS·2016-Y-BGS-0001",
            title="关于一项计量的批复", author=archive.name, date=date(2016, 3, 1), component_count=1, filed_by=person,
        )])[0]  # fmt: skip
        stored = StoredFile.objects.bulk_create([StoredFile(sha256="0" * 64, crc32=0, bytes=1000, mime="text/plain")])[
            0
        ]
        Component.objects.bulk_create(
            [Component(record=record, role="original", seq=1, filename="正本.txt", stored_file=stored)]
        )
    return "ready"


def fill(count: int) -> int:
    """Records, files, components and, of nine in ten files, a reading: `count` of each in all."""
    have = Record.objects.unguarded("the bench counts").count()
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
    uid, key = "md5('{}' || n)::uuid", "t.id + n"
    with as_owner(), connection.cursor() as cursor:
        for model, changed in (
            (StoredFile, {"id": key, "sha256": "md5('a' || n) || md5('b' || n)"}),
            (Record, {
                "id": key, "uid": uid.format("record"), "item_no": "n + 1",
                "unit_id": "(%(units)s::bigint[])[1 + n %% 57]",
                "archival_code": "'Z407-WS·2016-Y-BGS-' || lpad((n + 1)::text, 6, '0')",
            }),
            (Component, {"id": key, "uid": uid.format("component"), "record_id": "t.record_id + n",
                         "stored_file_id": "t.stored_file_id + n"}),
        ):  # fmt: skip
            _copied(cursor, model, changed, have, count, units)
        cursor.execute(
            f"INSERT INTO {FileReading._meta.db_table} (stored_file_id, state, read_at, verified_at, verified_with,"
            " healed_from, found) SELECT id, 'sound', now(), now(), 'bench', '', '' FROM files_storedfile s"
            " WHERE id %% 10 > 0 ON CONFLICT DO NOTHING".replace("%%", "%")
        )
        cursor.execute("ANALYZE")
    return count


def _copied(cursor, model, changed: dict[str, str], have: int, count: int, units: list[int]) -> None:
    """Rows `have` to `count` as the first one, with the columns of `changed` computed from their number n."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    names, table = ", ".join(f'"{column}"' for column in columns), model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT * FROM {table} ORDER BY id LIMIT 1) t,"
        " generate_series(%(first)s, %(last)s) n",
        {"first": have, "last": count - 1, "units": units},
    )


def get(page: str) -> float:
    """Milliseconds of one whole page; anything but 200 ends the run."""
    url = reverse("transfer:holdings") if page == "overview" else reverse("transfer:holding", args=[page])
    begun = time.perf_counter()
    response = client.get(url)
    took = time.perf_counter() - begun
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}.")
    return took * 1000


ANSWERS = {"prepare": prepare, "fill": fill, "get": get}


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        out.write(json.dumps({"answer": ANSWERS[asked.pop("what")](**asked)}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
