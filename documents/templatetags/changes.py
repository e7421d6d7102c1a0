"""Changed places as HTML: by colour, by line (under, through) and in words for whoever hears the page."""

from itertools import groupby

from django import template
from django.utils.html import escape, format_html, format_html_join

from documents.text_letters import DELETE, END, EQUAL

register = template.Library()
END_SHOWN = format_html('<span class="paragraph-end" title="{}">¶</span>', "段落在此分开")
TAGS = {True: ("del", "删去"), False: ("ins", "增加")}


@register.filter
def changed_places(pieces) -> str:
    """Pieces (documents.text_letters.Piece) in one line without a blank between them; every place has an address."""
    return format_html_join("", "{}", ((_place(number, list(group)),) for number, group in _places(pieces)))


def _places(pieces):
    return groupby(pieces, lambda one: one.change)


def _place(number: int, pieces: list) -> str:
    inner = format_html_join("", "{}", ((_piece(one),) for one in pieces))
    if not number:
        return inner
    return format_html('<span class="place" id="c{}" tabindex="-1">{}</span>', number, inner)


def _piece(one) -> str:
    if one.op == EQUAL:
        return escape(one.text)
    tag, word = TAGS[one.op == DELETE]
    text = format_html_join(END_SHOWN, "{}", ((part,) for part in one.text.split(END)))
    return format_html('<{}><span class="visually-hidden">（{}：</span>{}<span class="visually-hidden">）</span></{}>',
                       tag, word, text, tag)  # fmt: skip
