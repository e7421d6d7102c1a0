"""docs/conformance.md is what the tests say: no id without a line, none that is unknown."""

import pytest
from django.core.management import CommandError, call_command

from changning_egov import conformance


def test_the_table_is_current():
    call_command("conformance", "--check")


def test_nine_in_ten_of_what_is_built_are_shown():
    found = conformance.lines()
    assert sum(one.is_shown for one in found) >= 0.9 * sum(one.is_built for one in found)
    assert sum(one.is_shown for one in found) >= 0.87 * len(found)
    assert all(one.reason and one.waits_for for one in found if not one.is_shown)


def test_every_id_of_the_standards_is_listed_once():
    ids = [one.id for one in conformance.lines()]
    assert len(ids) == len(set(ids))
    assert sum(one[0] == "M" for one in ids) == 88 and sum(one[:3] in ("GD-", "YJ-", "BC-") for one in ids) == 103
    assert {f"16-{n}" for n in range(26)} | {f"E-{n:02d}" for n in range(1, 20)} <= set(ids)
    assert {f"S-{n:02d}" for n in range(1, 15)} | {f"F-{n:02d}" for n in range(1, 21)} <= set(ids)


def test_tags_are_spread_out_and_unknown_ones_named(tmp_path):
    known = ["M1", "M2", "M3", "E-01"]
    assert conformance.ids_of("M1–M3, E-01", known) == known
    with pytest.raises(LookupError, match="X-1"):
        conformance.ids_of("E-01, X-1", known)
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text('import nothing_there\ndef test_b():\n    """A.\n\n    Shows: M1, X-1\n    """\n')
    assert list(conformance.tagged(folder)) == [("tests/test_a.py::test_b", "M1, X-1")]
    with pytest.raises(conformance.Wrong) as wrong:
        conformance.lines(folder)
    assert any("X-1" in one for one in wrong.value.args) and any("M2 has neither" in one for one in wrong.value.args)


def test_a_text_that_is_not_current_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(conformance, "PLACE", tmp_path / "conformance.md")
    with pytest.raises(CommandError, match=r"manage\.py conformance"):
        call_command("conformance", "--check")
