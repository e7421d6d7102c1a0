"""The tables of a first migration, made at once, are those that Django makes step by step."""

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from changning_egov.management.commands.rewrite_initial import OURS
from units.first_tables import FirstTables

KEY = ("id", models.BigAutoField(primary_key=True))
STEPS = [
    migrations.CreateModel("Box", [KEY, ("code", models.CharField(max_length=9)), ("year", models.IntegerField())]),
    migrations.CreateModel("Paper", [KEY, ("box", models.ForeignKey("toy.Box", models.PROTECT))]),
    migrations.AddField("Box", "top", models.ForeignKey("toy.Paper", models.SET_NULL, null=True, related_name="+")),
    migrations.AddField("Box", "papers", models.ManyToManyField("toy.Paper", related_name="+")),
    migrations.AddIndex("Box", models.Index("year", name="toy_year")),
    migrations.AddConstraint(
        "Box", models.UniqueConstraint(fields=["code"], condition=models.Q(year__gt=2000), name="toy_code")
    ),
    migrations.AddConstraint("Box", models.CheckConstraint(condition=models.Q(year__gt=1900), name="toy_years")),
    migrations.RunSQL("COMMENT ON TABLE toy_box IS '盒'", migrations.RunSQL.noop),
]


def found(kind: type[migrations.Migration]) -> list:
    """Columns and constraints of the tables that a migration of this kind makes; afterwards they are gone."""
    migration = kind("0001_initial", "toy")
    migration.operations = STEPS
    tables = ("toy_box", "toy_paper", "toy_box_papers")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        with connection.schema_editor() as editor:
            migration.apply(ProjectState(), editor)
        cursor.execute("SELECT obj_description('toy_box'::regclass)")
        seen = [cursor.fetchone()]
        for table in tables:
            seen.append(connection.introspection.get_table_description(cursor, table))
            seen.append(sorted(map(str, connection.introspection.get_constraints(cursor, table).items())))
        cursor.execute(f"DROP TABLE {', '.join(tables)} CASCADE")
        cursor.execute("SET LOCAL ROLE egov_app")
    return seen


@pytest.mark.django_db
def test_the_tables_are_those_that_django_makes_step_by_step():
    assert found(FirstTables) == found(migrations.Migration)


def test_what_is_no_part_of_a_first_migration_is_refused():
    migration = FirstTables("0001_initial", "toy")
    migration.operations = [migrations.DeleteModel("Box")]
    with pytest.raises(TypeError, match="Delete model Box"):
        migration.apply(ProjectState(), None)


def test_every_first_migration_of_ours_is_made_at_once():
    made = MigrationLoader(None).disk_migrations
    first = {label: made[label, "0001_initial"] for label in OURS if apps.get_app_config(label).models_module}
    assert len(first) == len(OURS) and all(isinstance(one, FirstTables) for one in first.values())
