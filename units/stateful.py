"""Rows whose states change through a workflow alone (design section 4)."""

from typing import Any

from django.db import models


class Worded(models.Model):
    """`get_…_display` from a table that is made once a process; Django makes it at every call."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field):
        words = field.__dict__.get("_words")
        if words is None:
            words = field.__dict__["_words"] = {value: str(label) for value, label in field.flatchoices}
        value = getattr(self, field.attname)
        return words.get(value, value)


class Stateful(Worded):
    """A row whose STATE_FIELDS change through their workflows only; subclasses declare them and `version`."""

    STATE_FIELDS: tuple[str, ...] = ("state",)
    version: Any
    history: Any
    _history_user: Any  # read by simple_history at saving

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any):
        obj = super().from_db(*args, **kwargs)
        obj._remember()
        return obj

    def _remember(self) -> None:
        self._loaded = {name: self.__dict__[name] for name in self.STATE_FIELDS if name in self.__dict__}

    def save(self, *args, state_change: bool = False, **kwargs):
        loaded = getattr(self, "_loaded", {})
        moved = any(getattr(self, name) != value for name, value in loaded.items())
        if not self._state.adding and not state_change and moved:
            raise TypeError("A state changes through its workflow only.")
        super().save(*args, **kwargs)
        self._remember()

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._remember()
