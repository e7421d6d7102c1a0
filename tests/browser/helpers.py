"""What several browser tests do with a page."""

from axe_playwright_python.sync_playwright import Axe

from units.models import Job
from units.worker import run

SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
VIOLATIONS = {"resultTypes": ["violations"]}  # what passed is not written down, node by node
FOCUSED = "(one => [one.tagName, one.textContent.trim(), one.name])(document.activeElement)"


def faults(page) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def is_sound(page, picture, name: str) -> None:
    """axe finds nothing, nothing is scrolled sideways on the phone; a picture of both widths is kept."""
    assert faults(page) == [], name
    page.set_viewport_size(PHONE)
    assert page.evaluate(SIDEWAYS), name
    page.set_viewport_size(DESKTOP)
    picture(page, name)


def tab_to(page, words: str, tag: str = "A") -> None:
    """Tab until the element of this kind with exactly these words or this name (any, when empty) has the focus."""
    for _ in range(160):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused[0] == tag and (words in focused[1:] or not words):
            return
    raise AssertionError(f"{words!r} is not reached by Tab")


def choose(page, box: str, *words: str) -> None:
    """In the box of this label, each of `words` (name, pinyin, code) typed and taken with Enter."""
    one = page.get_by_role("combobox", name=f"{box}：")
    for word in words:
        one.fill(word)
        one.press("Enter")


def tick(page, box: str) -> None:
    """Without a script: the first of the plain list of this box."""
    plain = page.locator("fieldset.choose", has=page.locator("legend", has_text=box))
    plain.locator("summary").click()
    plain.get_by_role("checkbox").first.check()


def send(button) -> None:
    """Click and wait for the answer: what is typed is kept before a form is sent, a click is not yet the request."""
    with button.page.expect_navigation():
        button.click()


def enter(page) -> None:
    """The focused link or button, and the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def work() -> None:
    """The worker, once round, in this process."""
    run(batch=True)
    assert not Job.objects.exclude(state="done").exists()
