from django.apps import AppConfig
from django.db.models.signals import post_migrate


def finish_migration(using: str, **kwargs) -> None:
    """Privileges of the tables first, then the portal's views with theirs."""
    from portal.apps import make_views
    from units import privileges

    privileges.grant(using)
    make_views(using)


class SiteConfig(AppConfig):
    """Listed last, so that every app's tables exist when privileges are given."""

    name = "changning_egov"
    verbose_name = "站点"

    def ready(self) -> None:
        post_migrate.connect(finish_migration, sender=self)
