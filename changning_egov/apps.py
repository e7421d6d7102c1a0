from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from portal.apps import make_views
from units import privileges


def finish_migration(using: str, **kwargs) -> None:
    """Privileges of the tables first, then the portal's views with theirs."""
    privileges.grant(using)
    make_views(using)


class SiteConfig(AppConfig):
    """Privileges are given when the last app that has tables is done."""

    name = "changning_egov"
    verbose_name = "站点"

    def ready(self) -> None:
        from .demo import door, seeding

        self.registered = (door, seeding)  # they register themselves when they are imported
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(finish_migration, sender=last)
