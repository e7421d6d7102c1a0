from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_calendar(using: str, **kwargs) -> None:
    """The published years; what the site changed stays."""
    from .calendar import load_published_years  # models cannot be imported while apps load

    if using == "default":
        load_published_years()


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"
    sql = (
        "units.folding:sql", "local_day.sql", "audit.sql", "access_log.sql", "people.sql", "event_or_nothing.sql",
        "words.sql",
    )  # fmt: skip
    append_only = ("units_auditevent", "units_accesslog", "units_accesslog_default", "units_jobfinding")
    deletable = (
        "units_doneform",  # older than its ticket can be
        "units_formdraft",  # sent, given up, or thirty days old
        "units_savedfilter",  # given up
        "units_unitgroup_members",  # at each saving of a group; its events keep who was in it
    )
    chores = "units.upkeep"

    def ready(self) -> None:
        from . import navigation, rules

        self.registered = (navigation, rules)  # they register themselves when they are imported

        post_migrate.connect(load_calendar, sender=self)
