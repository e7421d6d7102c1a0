"""The table of awkward inputs is drawn from the tests, and current."""

from tests.draw_cases import TABLE, all_cases, drawn


def test_the_table_of_inputs_is_current():
    assert TABLE.read_text() == drawn(all_cases()), "python -m tests.draw_cases draws it anew"
