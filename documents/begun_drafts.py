"""What the form of 拟稿 has beside its fields: where the cursor stands, which way a kind usually goes, and what tells one
draft that was begun from another before it has a title.
"""

import json

from django import forms

from units.texts import some_of

from .states import USUAL_DIRECTIONS, DocType, RoutingDirection

FIRST_WORDS = 12
PARTS = " · "


def usual_directions() -> str:
    """Kind → 行文方向, for static/js/direction.js."""
    return json.dumps({one.value: USUAL_DIRECTIONS.get(one, RoutingDirection.DOWN).value for one in DocType})


class BegunMixin(forms.Form):
    def begin(self) -> None:
        """行文方向 follows 文种 until it is chosen by hand; on a new draft the title is what one types first."""
        self.fields["doc_type"].widget.attrs["data-direction"] = usual_directions()
        if not self.is_bound and not self.initial.get("version"):
            self.fields["title"].widget.attrs["autofocus"] = True

    def told_of(self, typed) -> str:
        """通知 · 关于……的通知 · 主送区民政局等3个单位: of what was typed and not saved."""
        title, body = ((typed.get(name) or "").strip() for name in ("title", "body"))
        kind = dict(DocType.choices).get(typed.get("doc_type"), "") if "doc_type" in self.fields else "签报"
        found = [kind, title or (f"正文“{body[:FIRST_WORDS]}”" if body else ""), self._to_whom(typed)]
        return PARTS.join(one for one in found if one)

    def _to_whom(self, typed) -> str:
        if "main" not in self.fields:
            return ""
        known = {str(one.key): one.label for one in self.fields["main"].offer.candidates}
        names = [known[key] for key in typed.getlist("main") if key in known]
        names += [one for one in [(typed.get("main_outside") or "").strip()] if one]
        return f"主送{some_of(names, 1, '个单位')}" if names else ""
