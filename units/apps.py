from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("audit.sql", "access_log.sql", "people.sql")
    append_only = ("units_auditevent",)
    never_deleted = (
        "units_unit",
        "units_user",
        "units_appointment",
        "units_accesslog",
        "units_task",
        "units_administratorchange",
        "units_delegation",
    )

    def ready(self) -> None:
        from . import navigation, rules  # noqa: F401  menu and rules register themselves
