"""What the thumb reaches on a small screen: links to the act that waits, and to a way back."""

from collections.abc import Sequence

from units.panels import Built

BACK = ("send_back", "return_to_sender")
AFTER = ("approve",)  # folded behind 协调


def bar_of(panels: Sequence[Built]) -> list[dict]:
    """(label, anchor, is_main) from the panel of acts; the opinion's box stands at the anchor, to be seen first."""
    acts = next((one.context for one in panels if "acts" in one.context), {"acts": [], "side": []})
    found = [
        {"label": f"去{row['act'].label}", "anchor": f"act-{row['act'].name}", "is_main": True}
        for row in [one for one in acts["side"] if not one["is_late"]][:1]
    ]
    for row in acts["acts"]:
        step = row["step"]
        if row["open"] or step.name in (*AFTER, *BACK):
            found.append({"label": f"去{step.label}", "anchor": f"act-{step.name}", "is_main": row["open"]})
    if any(one.template == "documents/_circulation.html" and one.context["is_first"] for one in panels):
        found.insert(0, {"label": "去传阅", "anchor": "act-circulate", "is_main": True})
    asked = next((one.context for one in panels if one.template == "documents/_own_reply.html"), None)
    if asked is not None and asked["form"] is not None and asked["reply"] is None:
        found.insert(1, {"label": "去填报回执", "anchor": "act-answer", "is_main": False})
    return found[:3]
