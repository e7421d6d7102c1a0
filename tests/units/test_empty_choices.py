"""A list to choose from says in words what stands there before anything is chosen."""

import ast
from pathlib import Path

from django.conf import settings

ROOMS = ("units", "files", "documents", "archive", "transfer", "portal", "oversight")


def test_no_list_of_rows_begins_with_dashes():
    named, bare = 0, []
    for path in (one for room in ROOMS for one in sorted(Path(settings.BASE_DIR, room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "ModelChoiceField":
                named += 1
                if not any(keyword.arg == "empty_label" for keyword in node.keywords):
                    bare.append(f"{path.name}:{node.lineno}")
    assert named > 20 and bare == []
