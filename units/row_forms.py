"""A small form on each row of a list. One that was refused stands on its row again, with what was typed."""

from collections.abc import Iterable
from typing import Any

from django import forms

Came = tuple[Any, forms.Form] | None  # the row and its form that was not done


def form_of(row: Any, kind: type[forms.Form], data: Any = None) -> forms.Form:
    """`kind` with ids of this row (with `uid`) alone: the summary of what is wrong leads to its own fields."""
    return kind(data, auto_id=f"id_{row.uid}_%s")


def put_forms(rows: Iterable[Any], kind: type[forms.Form], came: Came = None) -> None:
    """Each row has its `form`: a fresh one, or the one that came back."""
    failed, form = came or (None, None)
    for row in rows:
        row.form = form if failed is not None and row.uid == failed.uid else form_of(row, kind)
