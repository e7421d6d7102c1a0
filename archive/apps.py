from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "档案"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("search.sql", "after.sql", "event_or_nothing.sql", "disposal.sql")
    chores = "archive.chores"
    deletable = ("archive_recordtext", "archive_recordwords")  # of what is no item of its own any more; made again
    append_only = (
        "archive_environmentfinding",
        "archive_evaluationverdict",
        "archive_keepingpaper",
        "archive_openingopinion",
        "archive_openingverdict",
        "archive_prolongation",
        "archive_sampletick",
        "archive_stockcheck",
        "archive_supervision",
        "archive_supervisionwithdrawal",
    )

    def ready(self) -> None:
        from . import background, check_rules, keeping_rules, mending, navigation, rules

        self.registered = (
            background,
            check_rules,
            keeping_rules,
            mending,
            navigation,
            rules,
        )  # they register themselves when they are imported
