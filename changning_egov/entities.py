"""The entity-relationship diagram of the product as Mermaid, drawn from the models (domain S-06)."""

import inspect
from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import ForeignKey, Model, OneToOneField

PLACE = settings.BASE_DIR / "docs" / "entities.md"
HEAD = """# Entities

Drawn from the models by `manage.py draw_tables`; do not edit. A test holds that this text is current. One diagram an
app; an entity of another app stands in it where something points at it. History tables (`Historical…`) follow their
models.
"""


def drawn() -> str:
    """The whole of docs/entities.md."""
    parts = [HEAD]
    for config in apps.get_app_configs():
        if models := sorted(_own(config), key=lambda one: one.__name__):
            rows = "\n".join(f"| {one.__name__} | {_meaning(one)} |" for one in models)
            lines = "\n".join(f"  {line}" for one in models for line in _relations(one))
            parts.append(f"## {config.label} {config.verbose_name}\n\n| Entity | What it is |\n| --- | --- |\n{rows}\n")
            parts.append(f"```mermaid\nerDiagram\n{lines}\n```\n")
    return "\n".join(parts)


def _own(config: AppConfig) -> Iterator[type[Model]]:
    """The app's models, where the app is of the product."""
    if (settings.BASE_DIR / config.name.split(".")[0]).is_dir():
        yield from (one for one in config.get_models() if not one.__name__.startswith("Historical"))


def _meaning(model: type[Model]) -> str:
    """The first paragraph of its docstring; Django's own list of fields says nothing."""
    first = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("|", "/")
    return "" if first.startswith(f"{model.__name__}(") else first


def _relations(model: type[Model]) -> Iterator[str]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey):
            one, many = ("|o" if field.null else "||"), ("o|" if isinstance(field, OneToOneField) else "o{")
            yield f'{field.related_model.__name__} {one}--{many} {model.__name__} : "{field.name}"'
    for field in model._meta.many_to_many:
        yield f'{field.related_model.__name__} }}o--o{{ {model.__name__} : "{field.name}"'
