"""部署与连接 (DA/T 92—2022, items 8 and 9): page and text say what runs, not what was once written down."""

import re
from importlib import import_module
from pathlib import Path

from django.conf import settings as running
from django.db import connection

from archive.evaluating import begin
from archive.states import EvaluationKind
from tests.kept import evaluated
from tests.transfer.stock import browser
from transfer import deployment
from transfer.line import peers, signing
from units.actions import system_user
from units.chores import table

ROOT = Path(__file__).resolve().parents[2]
TEXT = ROOT / "docs" / "deployment.md"
FIGURE = re.compile(r"^\| [^|]+ \| ([\d.]+) \| `([\w.]+)` \|$", re.MULTILINE)


def facts() -> dict[str, deployment.Fact]:
    return {one.name: one for one in (*deployment.model(), *deployment.links())}


def test_the_figures_of_the_text_are_those_of_the_running_code():
    """Shows: 16-8"""
    text = TEXT.read_text(encoding="utf-8")
    told = FIGURE.findall(text)
    assert len(told) == 8
    for value, name in told:
        place, _, last = name.rpartition(".")
        found = getattr(running if place == "settings" else import_module(place), last)
        assert float(value) == found, name
    chores = set(re.findall(r"`(\w+_\w+)`", text[text.index("## Who checks what") :]))
    assert chores == set(deployment.WATCHED) and chores <= set(table())


def test_the_files_that_deploy_say_what_the_text_says():
    """Shows: 16-8"""
    text = TEXT.read_text(encoding="utf-8")
    nginx = (ROOT / "deploy/nginx/changning-egov.conf").read_text(encoding="utf-8")
    service = (ROOT / "deploy/systemd/changning-egov-site.service").read_text(encoding="utf-8")
    assert "ssl_protocols       TLSv1.2 TLSv1.3;" in nginx and "return 308 https://" in nginx
    assert "TLS 1.2 and 1.3" in text and "http to https" in text
    assert "EGOV_BIND=127.0.0.1:" in service and "listens on 127.0.0.1" in text
    source = (ROOT / "changning_egov/settings.py").read_text(encoding="utf-8")
    assert "HSTS of 31536000 seconds" in text and "SECURE_HSTS_SECONDS = 31536000 if EGOV_ENV" in source
    assert "15 idle minutes" in text and "EGOV_IDLE_SECONDS = 15 * 60 if EGOV_ENV" in source


def test_the_page_says_what_runs_and_what_is_wanting(people, settings, tmp_path):
    """Shows: 16-8"""
    page = browser(people["D30:inspector"]).get("/deployment/").content.decode()
    version = f"PostgreSQL {connection.pg_version // 10000}.{connection.pg_version % 10000}"
    assert version in page and "练习环境不得用于实际归档" in page and "一体化（GB/T 31914—2015）" in page
    assert f"时钟相差不超过 {signing.SKEW} 秒" in page and "审计链核验" in page and "由谁检查" in page

    settings.EGOV_ENV, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS = "production", True, 31536000
    settings.EGOV_CLAMAV_SOCKET, settings.EGOV_ANCHOR_DIR = "/run/clamd", str(tmp_path)
    settings.EGOV_TIMESTAMP_URL, settings.EGOV_CERTIFICATES_PASSWORD = "https://tsa.example.cn/", "x"
    settings.EGOV_TRUSTED_PROXIES, settings.AXES_FAILURE_LIMIT = ["127.0.0.1/32"], 7
    now = facts()
    assert now["环境"].value == "正式环境" and now["浏览器与平台"].value == "只认加密连接，HSTS 365 天"
    assert now["前置服务器"].value == "只信 127.0.0.1/32 转来的地址" and "连续 7 次" in now["登录"].value
    assert now["时间戳"].value == "由 tsa.example.cn 签发"
    # what is still wanting are the two that this machine has not
    assert {one.name for one in now.values() if one.lacks} == {"馆藏的两处存放", "后台进程"}


def test_an_interface_is_told_with_its_key_and_its_refused_calls(people):
    """Shows: 16-9"""
    key = signing.public_text(signing.own_key())
    made = peers.add(by=system_user(), name="市档案馆", public_key=key, address="http://archive.example:8443")
    type(made).objects.unguarded("a test").filter(pk=made.pk).update(refused_calls=3)
    told = facts()["对接平台 市档案馆"]
    assert made.fingerprint[:16] in told.value and "被拒 3 次" in told.value and "连接未加密" in told.lacks


def test_whoever_evaluates_comes_from_item_8_to_the_page(people, units):
    """Shows: 16-8"""
    evaluated(units["D07"], people)
    for who, kind in (("D07:archivist", EvaluationKind.OWN), ("D30:inspector", EvaluationKind.AUTHORITY)):
        row = begin(units["D07"], kind, by=people[who])
        page = browser(people[who]).get(row.get_absolute_url()).content.decode()
        assert page.count('href="/deployment/"') == 2 + (who == "D30:inspector") and "一体化部署" in page, who
        assert browser(people[who]).get("/deployment/").status_code == 200
    assert browser(people["D07:clerk"]).get("/deployment/").status_code == 404
