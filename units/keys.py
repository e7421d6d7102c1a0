"""Conditions on keys that the database gathers first: `column = ANY (ARRAY(keys))`."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func


class Keys(ArraySubquery):
    """ARRAY(keys); of what can have no row the empty array: compared with NULL, its negation would not hold."""

    empty_result_set_value: list = []


def is_one_of(column: str, keys) -> Func:
    """The rows come from the column's index, as few as there are keys; IN would make it a join, or try every row."""
    return Func(F(column), Keys(keys), template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField())
