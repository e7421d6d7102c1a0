import pytest

from files.examination import extension_of, safe_filename


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("关于印发工作要点的通知.pdf", "关于印发工作要点的通知.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\通知.DOC", "通知.DOC"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("通知\u202efdp.exe", "通知fdp.exe"),
        ("", "未命名"),
        ("...", "未命名"),
        ("   ", "未命名"),
        (".pdf", "未命名.pdf"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("空 格\u3000名.txt", "空 格 名.txt"),
        ("\ud800x.txt", "x.txt"),
        ("[].pdf", "[].pdf"),
        ("报告.tar.gz", "报告.tar.gz"),
    ],
)
def test_safe_filename(given, safe):
    assert safe_filename(given) == safe
    assert safe_filename(safe) == safe


def test_long_name_is_cut_between_characters_and_keeps_its_extension():
    name = safe_filename("长" * 300 + ".docx")
    assert name == "长" * 65 + ".docx"
    assert len(name.encode()) == 200


@pytest.mark.parametrize(
    ("name", "extension"), [("通知.PDF", ".pdf"), ("通知", ""), ("a.tar.gz", ".gz"), (".txt", ".txt"), ("v1.通知", "")]
)
def test_extension_of(name, extension):
    assert extension_of(name) == extension
