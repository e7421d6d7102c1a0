"""The inspection's rule corpus: each sample gives exactly its expected findings; no automatic item is without one."""

import pytest
from django.core.management import call_command

from archive import corpus
from archive.plan import ITEMS, By


@pytest.fixture(scope="module")
def results(tmp_path_factory, folders):
    return list(corpus.run(tmp_path_factory.mktemp("corpus")))


def test_every_sample_gives_exactly_its_expected_findings(results):
    """Every item that software decides.

    Shows: 8.2
    Shows: GD-1-1–GD-2-6, GD-2-9–GD-3-3, GD-3-6, GD-3-8, GD-4-2, GD-4-3
    Shows: YJ-1-1–YJ-2-6, YJ-2-11–YJ-3-3, YJ-3-6, YJ-3-8, YJ-4-2, YJ-4-3
    Shows: BC-1-1–BC-1-14, BC-2-1–BC-2-6, BC-2-10–BC-3-2, BC-3-5, BC-4-2
    """
    wrong = [(str(one.sample), one.sample.expected, one.found) for one in results if not one.is_as_expected]
    assert len(results) > 120 and wrong == []


def test_every_automatic_item_has_both_samples_in_every_stage_or_a_reason():
    given = {(one.item, one.stage, one.is_valid) for one in corpus.samples()}
    manifest = corpus.manifest()
    told = {
        (row["item"], stage, valid)
        for row in manifest["without_object"]
        for stage in row["stages"]
        for valid in (True, False)
    }
    told |= {(row["item"], stage, False) for row in manifest["samples"] if row.get("told") for stage in row["stages"]}
    wanted = {
        (item.serial, stage, valid)
        for item in ITEMS.values()
        if item.by == By.SOFTWARE
        for stage in item.stages
        for valid in (True, False)
    }
    assert wanted - given - told == set() and given - wanted == set()


def test_the_command_says_so(folders, capsys):
    call_command("inspection_corpus")
    assert "全部与预期一致" in capsys.readouterr().out
