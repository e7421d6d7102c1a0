from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "监督指导"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("facts.sql",)
    chores = "oversight.chores"
    append_only = ("oversight_frozenperiod", "oversight_frozenfigure", "oversight_samplecheck", "oversight_yearnote")

    def ready(self) -> None:
        from . import background, navigation, rules

        self.registered = (background, navigation, rules)  # they register themselves when they are imported
