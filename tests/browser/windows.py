"""Windows that are emptied and used again: a new one costs a process and forty files, four times what a page costs.

The browser keeps the style sheets and scripts that a window once loaded; nothing else of an earlier test is left in it.
"""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Error, Page

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
KEPT = 8  # windows beside each other


class Windows:
    """Of one browser and one server."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.empty: list[Page] = []

    def opened(self) -> Page:
        if self.empty:
            return self.empty.pop()
        return self.browser.new_context(
            viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.address
        ).new_page()

    def left(self, page: Page) -> None:
        """What was open in it is gone; a window that a test closed too: it does so when it gave it a script."""
        try:
            if page.is_closed() or len(self.empty) >= KEPT:
                page.context.close()
                return
            self._empty(page)
        except Error:  # it waits for something, or its process ended
            page.context.close()
            return
        self.empty.append(page)

    def _empty(self, page: Page) -> None:
        own = page.context
        own.set_offline(True)  # a form that is left is kept by the server: that would meet the next test's database
        for other in own.pages:
            if other is not page:
                other.close()
        page.unroute_all()
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.emulate_media(media="null")  # print hides what is pressed
        page.goto("about:blank")
        own.clear_cookies()
        own.set_offline(False)
        if page.viewport_size != DESKTOP:
            page.set_viewport_size(DESKTOP)


class SignIn:
    """`sign_in(person)` gives a page of a browser of his own, signed in and at the first page.

    The form of 登录 itself, slow by design, is used where it is what is shown (tests/browser/test_every_page.py).
    At the end of the test, or by `leave`, its windows are emptied for the next.
    """

    def __init__(self, windows: Windows) -> None:
        self.windows, self.open = windows, []

    def __call__(self, person) -> Page:
        known = Client()
        known.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = self.windows.opened()
        self.open.append(page)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": known.cookies[name].value, "url": self.windows.address}])
        page.goto("/")
        return page

    def leave(self, page: Page) -> None:
        self.open.remove(page)
        self.windows.left(page)

    def end(self) -> None:
        for page in self.open[:]:
            self.leave(page)
