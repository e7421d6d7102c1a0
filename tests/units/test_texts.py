"""Typed text: kept, cleaned or refused with a sentence."""

import json

import pytest
from django import forms
from django.core.exceptions import ValidationError

from files.text import decode_text
from tests.shared_data import unpacked
from units.texts import LineField, TextField, clean_line, clean_text, doubtful_characters


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  关于某事的通知\u3000", "关于某事的通知"),
        ("第一行\r\n第二行\t第三", "第一行 第二行 第三"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("﨑 㐀 𠀀 é ｆｕｌｌ", "﨑 㐀 𠀀 é ｆｕｌｌ"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("\u200b \u3000", ""),
    ],
)
def test_clean_line_keeps_characters_as_typed(given, kept):
    assert clean_line(given, label="标题", limit=100) == kept


@pytest.mark.parametrize(
    ("character", "point"),
    [
        ("\0", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("\u202e", "U+202E"),
        ("\ufffe", "U+FFFE"),
        ("\U0001ffff", "U+1FFFF"),
    ],
)
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_forbidden_character_is_named(clean, character, point):
    with pytest.raises(ValidationError) as refused:
        clean(f"通知{character}", label="标题", limit=100)
    assert refused.value.messages == [f"“标题”含有不能使用的控制字符（{point}），请删去后重新输入。"]


def test_all_reasons_come_at_once():
    with pytest.raises(ValidationError) as refused:
        clean_line("通知\x01\x02", label="标题", limit=3)
    assert refused.value.messages == [
        "“标题”含有不能使用的控制字符（U+0001、U+0002），请删去后重新输入。",
        "“标题”最多 3 个字，现有 4 个字，请缩短。",
    ]


def test_blank_in_a_required_line_is_a_sentence():
    with pytest.raises(ValidationError) as refused:
        clean_line(" \u3000\u200b", label="标题", limit=10, required=True)
    assert refused.value.messages == ["“标题”不能为空，请填写。"]


def test_clean_text_keeps_indents_and_paragraphs():
    given = "\r\n　　第一段  \r\n\r\n　　第二段\u2028末行\n\n"
    assert clean_text(given, label="正文", limit=None) == "　　第一段\n\n　　第二段\n末行"


class _Form(forms.Form):
    title = LineField(label="标题", max_length=5)
    body = TextField(label="正文", required=False)


def test_fields_clean_and_refuse_in_chinese():
    assert _Form({"title": " 通知 ", "body": "甲\r\n乙"}).is_valid()
    form = _Form({"title": "一二三四五六", "body": "甲\0"})
    assert form.errors == {
        "title": ["“标题”最多 5 个字，现有 6 个字，请缩短。"],
        "body": ["“正文”含有不能使用的控制字符（U+0000），请删去后重新输入。"],
    }
    assert _Form({"title": "\u200b"}).errors == {"title": ["“标题”不能为空，请填写。"]}
    assert 'maxlength="5"' in str(_Form()["title"])


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("通知".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "通知".encode(), "utf-8-sig"),
        ("通知".encode("gbk"), "gb18030"),
        ("通知".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "通知".encode("utf-16-be"), "utf-16"),
    ],
)
def test_decode_text(raw, encoding):
    assert decode_text(raw) == ("通知", encoding)


def test_short_utf8_in_latin_script_is_not_taken_for_gbk():
    assert decode_text("café Ελλάδα Москва".encode()) == ("café Ελλάδα Москва", "utf-8")


@pytest.mark.parametrize("raw", [b"a\0b", b"\xff\xff\xff", b"\xff\xfe\x00", b"\xff\xfe\x00\x00a\x00\x00\x00"])
def test_what_is_no_text_is_a_sentence(raw):
    with pytest.raises(ValueError, match="文字编码无法识别"):
        decode_text(raw)


def test_doubtful_characters_are_named_but_kept():
    assert doubtful_characters("王\ue123\ufffd") == [
        "含有自造字（U+E123），在其他计算机上可能显示不出。",
        "含有乱码替代符（U+FFFD），原文可能有字丢失。",
    ]
    assert doubtful_characters("王") == []


def tried(clean, string):
    """(what is kept, []) or (None, the sentences)."""
    try:
        return clean(string, label="标题", limit=500), []
    except ValidationError as refused:
        return None, refused.messages


@pytest.mark.real_data
def test_naughty_strings_are_cleaned_or_refused_with_a_sentence(tmp_path):
    raw = (unpacked("badfiles.tar.gz", tmp_path) / "strings" / "blns.json").read_text(encoding="utf-8")
    for string in json.loads(raw):
        for clean in (clean_line, clean_text):
            kept, messages = tried(clean, string)
            assert messages == [] or kept is None
            assert all(message.startswith("“标题”") and message.endswith("。") for message in messages)
            assert kept is None or tried(clean, kept) == (kept, [])
