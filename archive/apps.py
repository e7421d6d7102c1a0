from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("search.sql", "after.sql")
    never_deleted = (
        "archive_record",
        "archive_historicalrecord",
        "archive_recordtext",
        "archive_recordwords",
        "archive_codeassignment",
        "archive_retentionschedule",
        "archive_retentionrule",
        "archive_component",
        "archive_inspectionrun",
        "archive_inspectionresult",
    )

    def ready(self) -> None:
        from . import background, navigation, rules  # noqa: F401  handlers, menu and rules register themselves
