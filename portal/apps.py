from pathlib import Path

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate

from units.privileges import is_owner

HERE = Path(__file__).parent


def _run(name: str, using: str) -> None:
    """Only where structure is changed: the owner's connection; a flush by the site's role leaves the views alone."""
    with connections[using].cursor() as cursor:
        if is_owner(cursor):
            cursor.execute((HERE / name).read_text(encoding="utf-8"))


def drop_views(using: str, **kwargs) -> None:
    _run("views_drop.sql", using)


def make_views(using: str) -> None:
    _run("views_drop.sql", using)
    _run("views.sql", using)


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "公众门户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(drop_views, sender=self)
