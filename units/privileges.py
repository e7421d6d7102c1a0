"""What each database role may do; made anew after every migration, by the owner only (design section 9)."""

from django.apps import apps
from django.db import connections

# egov_app never removes these rows; `append_only` ones it never changes either
BUSINESS = "never_deleted"
APPEND = "append_only"


def declared(name: str) -> list[str]:
    """Table names that the apps list under `name` in their AppConfig."""
    return sorted(table for config in apps.get_app_configs() for table in getattr(config, name, ()))


def is_owner(cursor) -> bool:
    cursor.execute(
        "SELECT pg_has_role(current_user, nspowner, 'USAGE') AND current_user <> 'egov_app' "
        "FROM pg_namespace WHERE nspname = 'public'"
    )
    return bool(cursor.fetchone()[0])


def grant(using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN ('egov_app', 'egov_portal')")
        if cursor.fetchone()[0] < 2 or not is_owner(cursor):
            return
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, egov_portal")
        cursor.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, egov_portal")
        cursor.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO egov_app")
        cursor.execute("GRANT USAGE ON SCHEMA public TO egov_app, egov_portal")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO egov_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO egov_app")
        for table in declared(BUSINESS):
            cursor.execute(f'REVOKE DELETE ON "{table}" FROM egov_app')
        for table in declared(APPEND):
            cursor.execute(f'REVOKE UPDATE, DELETE ON "{table}" FROM egov_app')
        cursor.execute("REVOKE INSERT, UPDATE, DELETE ON units_auditlink, django_migrations FROM egov_app")
