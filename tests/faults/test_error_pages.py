"""Error pages need no database, no session, no person: they are often what failed."""

import psycopg2
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.urls import reverse

from units.outage import is_database_gone
from units.views import errors

SENTENCES = {
    400: "没有任何内容被改动",
    403: "您没有打开此页面的权限",
    404: "没有这个页面",
    409: "另一人正在办理",
    413: "提交的内容超过限制",
    500: "错误已记录",
    503: "数据库正在恢复",
}


@pytest.fixture
def no_database(monkeypatch):
    """Both connections closed, and their server's address one where nobody listens."""
    for alias in ("default", "portal"):
        connections[alias].close()
        monkeypatch.setitem(connections[alias].settings_dict, "HOST", "/nowhere")
    yield
    for alias in ("default", "portal"):
        connections[alias].close()


def test_every_error_page_is_rendered_without_a_database(rf):
    """No `db` fixture: a query would raise here. The request carries neither session nor person."""
    request = rf.get("/anything/")
    pages = [
        errors.bad_request(request), errors.forbidden(request), errors.not_found(request), errors.too_large(request),
        errors.refused(request, ["另一人正在办理同一事项。"]), errors.failed(request), errors.unavailable(),
    ]  # fmt: skip
    assert sorted(page.status_code for page in pages) == sorted(SENTENCES)
    for page in pages:
        assert SENTENCES[page.status_code] in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["documents:waiting", "home", "portal:home", "archive:search"])
def test_a_page_without_its_database_is_a_503_with_a_sentence(client, people, no_database, name, caplog):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    answer = client.get(reverse(name))
    assert answer.status_code == 503 and SENTENCES[503] in answer.content.decode()
    assert answer["Retry-After"] == "10"


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_none_without_a_database_is_a_sentence_too(client, no_database):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    assert client.get("/nowhere/at/all/").status_code in (404, 503)


def caused(outer: type[Exception], inner: Exception) -> Exception:
    error = outer(str(inner))
    error.__cause__ = inner
    return error


def test_what_is_an_outage_and_what_is_not():
    lost = psycopg2.DatabaseError("server closed the connection unexpectedly")
    assert is_database_gone(caused(DatabaseError, lost))
    assert is_database_gone(caused(OperationalError, psycopg2.OperationalError("could not connect")))
    assert is_database_gone(caused(InterfaceError, psycopg2.InterfaceError("connection already closed")))
    assert is_database_gone(psycopg2.OperationalError("the database system is starting up"))
    assert not is_database_gone(DatabaseError("Save with update_fields did not affect any rows."))
    assert not is_database_gone(ValueError("x")) and not is_database_gone(None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "gone"),
    [
        ("SET ROLE NONE; SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("SET statement_timeout = 1; SELECT pg_sleep(1)", False),
    ],
)
def test_a_terminated_connection_is_an_outage_and_a_timeout_is_none(statement, gone):
    with pytest.raises((OperationalError, DatabaseError)) as caught, connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert is_database_gone(caught.value) is gone
    connections["default"].close()
