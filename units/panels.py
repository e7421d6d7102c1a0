"""A page made of panels: one function and one `_part.html` each (design section 4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from . import form_drafts


@dataclass
class Page:
    """What panels are built from: the visitor, the object, and the one form that came back with errors, if any.

    `failed` is a bound form, known by its prefix (the name of the step or side act); `refused` the reasons why.
    """

    request: Any
    obj: Any
    failed: Any = None
    refused: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)  # read once, shown by several panels

    @property
    def user(self):
        return self.request.user

    def form_of(self, name: str, make: Callable[[], Any]):
        """The failed form where it is `name`'s, else a fresh one, with what was typed into it and not sent."""
        form = self.failed if self.failed is not None and self.failed.prefix == name else make()
        return form_drafts.attend(self.request, form, f"{self.obj.AUDIT_TYPE}:{name}", of=self.obj)


@dataclass(frozen=True)
class Panel:
    """`build` gives the part's context, or None when there is nothing to show."""

    template: str
    build: Callable[[Page], dict | None]


@dataclass(frozen=True)
class Built:
    template: str
    context: dict


def built(panels: Iterable[Panel], page: Page) -> list[Built]:
    made = ((panel.template, panel.build(page)) for panel in panels)
    return [Built(template, context) for template, context in made if context is not None]
