import pytest

from files.examination import first_page, secret_marks


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("秘密★1年", ["秘密★"]),
        ("机 密 ★ 10年\n绝密★长期", ["机密★", "绝密★"]),
        ("秘密★\n秘密★", ["秘密★"]),
        ("关于加强国家秘密管理的通知", []),
        ("★秘密", []),
        ("内部★", []),
        ("", []),
    ],
)
def test_secret_marks(text, marks):
    assert secret_marks(text) == marks


def test_first_page_ends_at_the_form_feed_or_the_grid():
    assert first_page("一\f秘密★") == "一"
    assert len(first_page("字" * 1000)) == 616
