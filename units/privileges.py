"""What each database role may do; made anew after every migration, by the owner only (design section 9, 12).

Denied by default: the site reads and adds rows; it changes those of tables that are not append-only, and removes rows
of a short literal list alone. An app names both on its AppConfig: `append_only` and `deletable`.
"""

from django.apps import apps
from django.db import connections

# tables of libraries: sign-in attempts, sessions, results of background tasks, posts' permissions and members
DELETABLE = (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "django_session",
    "django_tasks_database_dbtaskresult",
    "guardian_groupobjectpermission",
    "units_user_groups",
)
UNTOUCHED = ("django_migrations", "units_auditlink")  # written by the owner and by triggers


def declared(name: str) -> set[str]:
    """Table names that the apps list under `name` in their AppConfig."""
    return {table for config in apps.get_app_configs() for table in getattr(config, name, ())}


def append_only(tables) -> list[str]:
    """Of `tables`, those whose rows are only ever added: what the apps declare, and every history table."""
    return sorted(table for table in tables if "_historical" in table or table in declared("append_only"))


def deletable(tables) -> list[str]:
    return sorted(table for table in tables if table in DELETABLE or table in declared("deletable"))


def is_owner(cursor) -> bool:
    cursor.execute(
        "SELECT pg_has_role(current_user, nspowner, 'USAGE') AND current_user <> 'egov_app' "
        "FROM pg_namespace WHERE nspname = 'public'"
    )
    return bool(cursor.fetchone()[0])


def tables_of(cursor) -> list[str]:
    cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
    return sorted(name for (name,) in cursor.fetchall())


def grant(using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN ('egov_app', 'egov_portal')")
        if cursor.fetchone()[0] < 2 or not is_owner(cursor):
            return
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, egov_portal, egov_app")
        cursor.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, egov_portal")
        cursor.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO egov_app")
        cursor.execute("GRANT USAGE ON SCHEMA public TO egov_app, egov_portal")
        cursor.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO egov_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO egov_app")
        tables = tables_of(cursor)
        for table in deletable(tables):
            cursor.execute(f'GRANT DELETE ON "{table}" TO egov_app')
        for table in append_only(tables):
            cursor.execute(f'REVOKE UPDATE ON "{table}" FROM egov_app')
        for table in UNTOUCHED:
            cursor.execute(f"REVOKE INSERT, UPDATE ON {table} FROM egov_app")
