"""Django's own form parts, and before them those that this site sets itself (`templates/forms/`)."""

from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.forms import renderers


class FormRenderer(renderers.DjangoTemplates):
    """A `<select>` of 57 units is one template, not one include an option: a list's filters cost half."""

    @cached_property
    def engine(self):
        own = settings.BASE_DIR / "templates" / "forms"
        django = Path(renderers.__file__).parent / self.backend.app_dirname
        options = {"builtins": ["units.templatetags.egov"]}
        return self.backend({"NAME": "forms", "APP_DIRS": True, "DIRS": [own, django], "OPTIONS": options})
