"""The house as its imports draw it: floors of apps, floors of modules inside each app, and circles (design section 2).

Floors are found, not declared: whoever imports nothing of ours stands on floor 0, everybody else one above the highest
of those he imports. The declared order is held by import-linter (pyproject.toml); this shows what is there.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import grimp
from django.conf import settings

Graph = dict[str, set[str]]
NOT_DRAWN = "migrations"


@dataclass(frozen=True)
class House:
    """Direct imports between the modules of our packages; keys are dotted names."""

    modules: Graph

    @property
    def count(self) -> int:
        return sum(len(imported) for imported in self.modules.values())

    def apps(self) -> Graph:
        return squeezed(self.modules, lambda name: name.split(".")[0])

    def inside(self, app: str) -> Graph:
        """The modules of one app, a package counted as one; the app's own `__init__` is no module of it."""
        own = {name: imported for name, imported in self.modules.items() if name.startswith(f"{app}.")}
        kept = {name: {one for one in imported if one.startswith(f"{app}.")} for name, imported in own.items()}
        return squeezed(kept, lambda name: name.split(".")[1])

    def imports_between(self, first: str, second: str) -> int:
        return sum(
            one.split(".")[0] == second
            for name, imported in self.modules.items()
            if name.split(".")[0] == first
            for one in imported
        )

    def circles(self) -> list[tuple[str, ...]]:
        """Between modules, between the parts of an app, and between apps; each circle once, as found."""
        graphs = [self.modules, self.apps(), *(self.inside(app) for app in self.apps())]
        return sorted({circle for graph in graphs for circle in circles_of(graph)})


def root_packages() -> list[str]:
    """As pyproject.toml names them for the linter."""
    declared = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text(encoding="utf-8"))
    return declared["tool"]["importlinter"]["root_packages"]


def read(packages: Iterable[str]) -> House:
    """Reads the sources of `packages`; imports inside functions count as others do, those for types only never run."""
    graph = grimp.build_graph(*packages, cache_dir=None, exclude_type_checking_imports=True)
    ours = {name for name in graph.modules if NOT_DRAWN not in name.split(".")}
    return House({name: graph.find_modules_directly_imported_by(name) & ours for name in sorted(ours)})


def squeezed(graph: Graph, part_of: Callable[[str], str]) -> Graph:
    """The same imports between larger parts; what stays inside a part is left out."""
    found: Graph = {}
    for name, imported in graph.items():
        part = part_of(name)
        found.setdefault(part, set()).update(other for one in imported if (other := part_of(one)) != part)
    return found


def circles_of(graph: Graph) -> list[tuple[str, ...]]:
    """Groups of names of which each reaches each other, more than one name in a group."""
    reached = {name: _reach(graph, name) for name in graph}
    groups = {
        tuple(sorted({name} | {other for other in reached[name] if name in reached.get(other, ())})) for name in graph
    }
    return sorted(group for group in groups if len(group) > 1)


def _reach(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(graph.get(name, ()))
    return found


def floors(graph: Graph) -> list[list[str]]:
    """Names by floor, the highest first; of a circle the members stand together on one floor."""
    together = {name: circle for circle in circles_of(graph) for name in circle}
    height: dict[str, int] = {}

    def stand(name: str) -> int:
        if name not in height:
            group = together.get(name, (name,))
            below = {one for member in group for one in graph.get(member, ())} - set(group)
            height.update(dict.fromkeys(group, max((stand(one) for one in below), default=-1) + 1))
        return height[name]

    for name in graph:
        stand(name)
    return [sorted(name for name in height if height[name] == floor) for floor in range(max(height.values()), -1, -1)]
