"""A real Chromium against the live server; with EGOV_PICTURES=1 every picture is kept in test-artifacts/."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page

from tests.browser.windows import DESKTOP, PHONE, SignIn, Windows

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
FOLD = "open => document.querySelectorAll('.nav details').forEach(one => { one.open = open; })"
# A window of Chromium starts processes of its own for its address bar, which no test looks at: they cost two thirds of
# each new window. The rest is what Playwright turns off: of two such options the browser takes the last.
TURNED_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding",
    "PreconnectToSearch", "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning",
)  # fmt: skip
OPTIONS = ["--no-sandbox", "--disable-gpu", f"--disable-features={','.join(TURNED_OFF)}"]


def chromium() -> str | None:
    """The one without windows comes first: it draws the same pages with half the processor's time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items) -> None:
    if chromium() is None:
        skip = pytest.mark.skip(reason="NO CHROMIUM: browser tests did not run; install chromium or set CHROMIUM")
        for item in items:
            if item.nodeid.startswith("tests/browser/"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": chromium(), "args": OPTIONS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session", autouse=True)
def a_click_waits_for_its_page():
    """Playwright's click returns when the answer has begun to arrive: what is read then may be half a page."""
    bare, plain, straight = Locator.click, Page.reload, Page.goto

    def click(self, **named) -> None:
        bare(self, **named)
        if not self.page.is_closed():
            self.page.wait_for_load_state("domcontentloaded")

    def once_more(load, *given, **named):
        """A page that follows its job loads itself: of two loads at once the browser drops one."""
        try:
            return load(*given, **named)
        except Error as error:
            if "ERR_ABORTED" not in str(error):
                raise
            return load(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click)
        patch.setattr(Page, "reload", lambda *given, **named: once_more(plain, *given, **named))
        patch.setattr(Page, "goto", lambda *given, **named: once_more(straight, *given, **named))
        yield


@pytest.fixture
def picture():
    """`picture(page, "name")` keeps the page at both widths, when pictures are wanted."""

    def take(page, name: str, phone: bool = True) -> None:
        if not os.environ.get("EGOV_PICTURES"):  # two pictures of a long page cost a second of a core
            return
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}-1366.png", full_page=True)
        if phone:
            page.set_viewport_size(PHONE)
            page.evaluate(FOLD, False)  # what site.js does when the page is opened on a phone
            page.screenshot(path=ARTIFACTS / f"{name}-390.png", full_page=True)
            page.evaluate(FOLD, True)
            page.set_viewport_size(DESKTOP)

    return take


@pytest.fixture(scope="session")
def windows(browser, live_server):
    return Windows(browser, live_server.url)


@pytest.fixture
def sign_in(windows):
    entered = SignIn(windows)
    yield entered
    entered.end()
