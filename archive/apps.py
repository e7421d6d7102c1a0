from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("search.sql", "after.sql", "event_or_nothing.sql")
    chores = "archive.chores"
    append_only = ("archive_sampletick", "archive_environmentfinding")

    def ready(self) -> None:
        from . import background, check_rules, mending, navigation, rules  # noqa: F401  handlers, menu, kinds and rules register
