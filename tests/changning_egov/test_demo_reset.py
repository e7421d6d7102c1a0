"""`make demo-reset` removes the demo and nothing else, and never under a running site."""

import fcntl

import pytest

from changning_egov import demo_reset


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("pgdata", "files/ab", "fonts"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("pgdata/PG_VERSION", "files/ab/abc", "fonts/a.otf", "run.lock", "pgdata.users", "secret"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_everything_but_fonts_goes(folder):
    assert demo_reset.reset(folder) == ["pgdata", "files", "secret"]
    assert sorted(path.name for path in folder.iterdir()) == ["fonts", "pgdata.users", "run.lock"]
    assert demo_reset.reset(folder) == []


@pytest.mark.parametrize("name", demo_reset.LOCKS)
def test_not_while_somebody_uses_it(folder, name):
    with open(folder / name) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with pytest.raises(demo_reset.Refused, match="in use"):
            demo_reset.reset(folder)
    assert (folder / "files/ab/abc").exists() and (folder / "pgdata/PG_VERSION").exists()


@pytest.mark.parametrize(("name", "value"), [("EGOV_ENV", "production"), ("DATABASE_URL", "postgres://a:b@c/d")])
def test_only_the_demo_of_our_own_server(folder, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(demo_reset.Refused):
        demo_reset.reset(folder)
    assert (folder / "files/ab/abc").exists()
