"""A long draft in a real browser: the session ends, the token dies, Back, two windows, the server starts again."""

import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.urls import reverse
from playwright.sync_api import expect

from documents.models import Document
from tests.browser.helpers import choose, faults, send, tick
from tests.cast import PASSWORD
from tests.faults.conftest import free_port, wait_for_port
from tests.made import brought_to, draft
from units.models import FormDraft

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
TITLE = "关于做好防汛抢险工作的通知"
TEXT = "".join(
    f"{number}．第{number}段：请各单位落实责任，加强值守，遇险情及时报告。\n" for number in range(1, 71)
)  # more than 2,000 characters


def documents():
    return Document.objects.unguarded("a test looks")


def write(page, text: str = TEXT) -> None:
    page.goto("/documents/draft/")
    page.wait_for_url("**draft=**")
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.locator("#id_body").fill(text)
    if page.get_by_role("combobox", name="主送单位：").count():
        choose(page, "主送单位", "D01")
    else:
        tick(page, "主送单位")


def save(page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="保存草稿").click()
    page.wait_for_load_state()


def sign_in_here(page, person) -> None:
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def is_whole(page) -> None:
    assert page.locator("#id_body").input_value() == TEXT
    assert page.locator("#id_title").input_value() == TITLE
    assert page.locator("input[name=main]").first.is_checked()


def test_the_session_ends_in_the_middle_of_a_long_draft(sign_in, people, picture):
    page = sign_in(people["D07:officer"])
    write(page)
    page.locator(".kept", has_text="已自动保存").wait_for()
    picture(page, "60-saved-by-itself")
    page.locator("#id_body").fill(TEXT[:1000])
    page.locator("#id_body").fill(TEXT)
    Session.objects.all().delete()
    save(page)
    picture(page, "61-sign-in-carries")
    assert faults(page) == []
    sign_in_here(page, people["D07:officer"])
    is_whole(page)
    picture(page, "62-restored")
    assert faults(page) == []
    save(page)
    assert documents().get().body == TEXT.strip() and not FormDraft.objects.unguarded("a test looks").exists()


def test_the_session_ends_and_the_window_is_closed(sign_in, people):
    """Nothing was sent: what was saved by itself is there after the next sign-in."""
    page = sign_in(people["D07:officer"])
    write(page)
    page.locator(".kept", has_text="已自动保存").wait_for()
    address = page.url
    Session.objects.all().delete()
    page.close(run_before_unload=False)
    page = sign_in(people["D07:officer"])
    page.goto(address)
    is_whole(page)


def test_leaving_saves_what_was_typed_a_moment_ago(sign_in, people):
    page = sign_in(people["D07:officer"])
    write(page)
    address = page.url
    page.goto("/waiting/")
    page.goto(address)
    is_whole(page)
    page.goto("/documents/draft/")
    page.get_by_role("link", name="继续填写").click()
    is_whole(page)
    with page.expect_navigation():
        page.get_by_role("button", name="放弃").first.click()
    page.wait_for_load_state()
    assert page.locator("#id_body").input_value() == ""


def test_the_token_is_dead(sign_in, people, picture):
    page = sign_in(people["D07:officer"])
    write(page)
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(one => { one.value = 'x'.repeat(64); })"
    )
    save(page)
    expect(page.get_by_text("此页已过期，没有办理")).to_be_visible()
    is_whole(page)
    picture(page, "63-token-dead")
    assert documents().count() == 0
    save(page)
    assert documents().get().body == TEXT.strip()


def test_signed_in_again_in_another_window_the_first_ones_form_is_whole(sign_in, people):
    page = sign_in(people["D07:officer"])
    write(page)
    Session.objects.all().delete()
    other = page.context.new_page()
    other.goto("/waiting/")
    sign_in_here(other, people["D07:officer"])
    save(page)
    is_whole(page)
    save(page)
    assert documents().count() == 1


def test_back_after_the_session_ended(sign_in, people):
    page = sign_in(people["D07:officer"])
    write(page)
    page.locator(".kept", has_text="已自动保存").wait_for()
    Session.objects.all().delete()
    save(page)
    page.go_back()
    page.wait_for_load_state()
    if "sign-in" in page.url:
        sign_in_here(page, people["D07:officer"])
    is_whole(page)


@pytest.mark.parametrize("script", [True, False])
def test_back_after_saving_makes_no_second_draft(context, live_server, people, script):
    page = context.browser.new_context(base_url=live_server.url, java_script_enabled=script, locale="zh-CN").new_page()
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(people["D07:officer"].username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    write(page)
    save(page)
    assert documents().count() == 1
    page.go_back()
    page.wait_for_load_state()
    if page.locator("#id_title").input_value() == TITLE:
        save(page)
    assert documents().count() == 1


def test_two_windows_on_one_draft(sign_in, people, picture):
    document = draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    page = sign_in(people["D07:officer"])
    page.goto(edit)
    other = page.context.new_page()
    other.goto(edit)
    page.locator("#id_body").fill(TEXT)
    other.locator("#id_body").fill("另一窗口先存的正文")
    save(other)
    save(page)
    expect(page.get_by_role("heading", name="本人在另一窗口已先保存")).to_be_visible()
    picture(page, "64-own-other-window")
    assert faults(page) == []
    page.get_by_role("link", name="继续编辑我的内容").click()
    assert page.locator("#id_body").input_value() == TEXT
    save(page)
    document.refresh_from_db()
    assert document.body == TEXT.strip()


def test_two_windows_on_two_new_drafts_do_not_mix(sign_in, people):
    page = sign_in(people["D07:officer"])
    write(page, "第一份")
    other = page.context.new_page()
    write(other, "第二份")
    save(other)
    save(page)
    assert sorted(documents().values_list("body", flat=True)) == ["第一份", "第二份"]


def test_uploading_a_file_does_not_wipe_the_form_beside_it(sign_in, people, tmp_path, picture):
    page = sign_in(people["D07:clerk"])
    page.goto("/documents/register/")
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.get_by_label("来文单位", exact=True).fill("市政府办公厅")
    page.get_by_label("本件不涉密").check()
    with page.expect_navigation():
        page.get_by_role("button", name="签收并保存").click()
    page.locator("#id_register-due_on").fill("2030-01-15")
    page.locator("#id_register-note").fill("请速办。")
    (tmp_path / "扫描件.txt").write_text("扫描件")
    page.locator("#id_attach-file").set_input_files(tmp_path / "扫描件.txt")
    with page.expect_navigation():
        page.get_by_role("button", name="添加附件").click()
    page.wait_for_load_state()
    expect(page.get_by_role("link", name="扫描件.txt")).to_be_visible()
    assert page.locator("#id_register-due_on").input_value() == "2030-01-15"
    assert page.locator("#id_register-note").input_value() == "请速办。"
    picture(page, "65-after-upload")


def sent_as(page, button) -> str:
    """The encoding in which the button sends its form."""
    with page.expect_request(lambda request: request.method == "POST" and "form-draft" not in request.url) as sent:
        send(button)
    return sent.value.headers["content-type"].partition(";")[0]


PLAIN, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"


def test_what_brings_no_file_is_kept_though_nobody_knew_that_the_session_had_ended(sign_in, people):
    """As on a slow server: no saving is answered before the form is sent."""
    page = sign_in(people["D07:officer"])
    for name in ("保存草稿", "导入"):
        write(page)
        page.locator(".kept", has_text="已自动保存").wait_for()
        page.locator("#id_body").fill(f"{TEXT}又一段。")
        page.route("**/form-draft*/**", lambda route: route.abort())
        page.evaluate("document.querySelectorAll('details.from-word').forEach(one => { one.open = true; })")
        Session.objects.all().delete()
        assert sent_as(page, page.get_by_role("button", name=name)) == PLAIN
        page.unroute("**/form-draft*/**")
        sign_in_here(page, people["D07:officer"])
        assert page.locator("#id_body").input_value() == f"{TEXT}又一段。"


def test_every_form_goes_as_text_until_a_file_is_chosen_and_after_it_again(sign_in, people, tmp_path):
    (tmp_path / "附表.txt").write_text("附表")
    page = sign_in(people["D07:officer"])
    page.goto(draft(people).get_absolute_url())
    add, chosen = page.get_by_role("button", name="添加附件"), page.locator("#id_attach-file")
    page.evaluate("document.querySelectorAll('[required]').forEach(one => one.removeAttribute('required'))")
    assert sent_as(page, add) == PLAIN
    expect(page.locator("#files .error").first).to_be_visible()
    chosen.set_input_files(tmp_path / "附表.txt")
    assert sent_as(page, add) == WITH_FILES
    expect(page.get_by_role("link", name="附表.txt")).to_be_visible()
    page.goto(reverse("documents:check_seal"))  # a form in which nothing is typed has no draft, and the same rule
    page.evaluate("document.querySelectorAll('[required]').forEach(one => one.removeAttribute('required'))")
    form = page.locator("main form[method=post]")
    assert sent_as(page, form.get_by_role("button", name="验章")) == PLAIN
    assert form.get_attribute("enctype") == WITH_FILES
    page.evaluate(
        "addEventListener('submit', (event) => event.preventDefault(), {once: true});"
        "document.querySelector('main form[method=post]').requestSubmit()"
    )
    expect(form).to_have_attribute("enctype", WITH_FILES)  # what another script held back leaves no trace


def test_errors_are_in_sight_though_the_form_stands_far_below(sign_in, people):
    document = brought_to("dispatch", people, disclosure_attr="proactive")
    page = sign_in(people["D07:clerk"])
    for size in ({"width": 1366, "height": 768}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        page.goto(document.get_absolute_url())
        page.evaluate("document.querySelectorAll('.side details').forEach(one => { one.open = true; })")
        page.evaluate("document.querySelectorAll('[required]').forEach(one => one.removeAttribute('required'))")
        with page.expect_navigation():
            page.get_by_role("button", name="报送现行文件").click()
        page.wait_for_load_state()
        summary = page.locator(".summary").first
        assert "主题分类" in summary.inner_text()
        box = summary.bounding_box()
        assert 0 <= box["y"] < size["height"]
        assert page.evaluate("document.activeElement.className") == "summary"


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Site:
    """The site on this test's database in a process of its own, which can be ended and begun again on its port."""

    def __init__(self, folder) -> None:
        database, self.port = connections["default"].settings_dict, free_port()
        address = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
        (folder / "fonts").symlink_to(settings.EGOV_FONTS_DIR)
        kept = {name: value for name, value in os.environ.items() if name not in ("EGOV_DATA_DIR", "EGOV_OWNER_URL")}
        bind = {"EGOV_BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "1"}
        self.environment = {**kept, **bind, "EGOV_DATA_DIR": str(folder), "DATABASE_URL": address}
        self.run("manage.py", "collectstatic", "--noinput", "-v0").wait(60)
        self.start()

    def run(self, *command) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=self.environment)

    def start(self) -> None:
        self.server = self.run(
            "-m", "gunicorn", "--config", "python:changning_egov.gunicorn_conf", "changning_egov.wsgi"
        )
        wait_for_port(self.port, 30)

    def stop(self) -> None:
        self.server.kill()
        self.server.wait()
        while is_open(self.port):  # its worker ends a moment later
            time.sleep(0.1)


@pytest.fixture
def site(people, tmp_path):
    one = Site(tmp_path)
    yield one
    one.stop()


def test_the_server_is_started_again_in_the_middle_of_a_draft(context, people, site):
    page = context.browser.new_context(base_url=f"http://127.0.0.1:{site.port}", locale="zh-CN").new_page()
    page.goto("/sign-in/")
    sign_in_here(page, people["D07:officer"])
    write(page)
    page.locator(".kept", has_text="已自动保存").wait_for()
    site.stop()
    page.locator("#id_contact").fill("值班室 62520000")
    page.locator(".kept", has_text="未能自动保存").wait_for()
    Session.objects.all().delete()
    site.start()
    save(page)
    sign_in_here(page, people["D07:officer"])
    is_whole(page)
    assert page.locator("#id_contact").input_value() == "值班室 62520000"
    save(page)
    assert documents().get().body == TEXT.strip()


def test_what_was_sent_while_the_server_was_away_is_there_on_coming_again(context, people, site):
    page = context.browser.new_context(base_url=f"http://127.0.0.1:{site.port}", locale="zh-CN").new_page()
    page.goto("/sign-in/")
    sign_in_here(page, people["D07:officer"])
    write(page)
    page.locator(".kept", has_text="已自动保存").wait_for()
    address = page.url
    site.stop()
    page.get_by_role("button", name="保存草稿").click(no_wait_after=True)
    page.wait_for_timeout(1000)
    site.start()
    page.goto(address)
    is_whole(page)
