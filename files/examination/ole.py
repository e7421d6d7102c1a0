"""The compound files of old Office and WPS (OLE2): what the probe saw, said in the policy's sentences."""

from files import probing
from units.texts import some_of

from .foreign import foreign_compound
from .formats import KINDS
from .words import NAMED, look_at_words

_MACROS = {"macros", "_vba_project_cur", "_vba_project", "vba"}


def look(path, seen):
    """Fill `seen` (findings.Seen) from the compound file at `path`."""
    found = probing.ask("compound", path)
    if "fault" in found:
        seen.tell("ole-damaged")
        return
    names = set(found["names"])
    if not found["kind"] and not found["encrypted"]:
        _tell_foreign(foreign_compound(names), seen)
        return
    if found["kind"]:
        seen.is_kind(KINDS[found["kind"]])
        seen.format_id = found.get("format_id", "")
    if found["encrypted"]:
        seen.tell("encrypted")
        return
    if names & _MACROS or found.get("macro_sheets"):
        seen.tell("macros")
    tell_embedded(found["files"], found["programs"], found["objects"], seen)
    look_at_words(path, found["kind"], seen)
    seen.tell("old-format", label=KINDS[found["kind"]].label)


def _tell_foreign(foreign, seen):
    if foreign is None:
        seen.tell("unknown")
    else:
        seen.tell("foreign-format", label=foreign.label, advice=foreign.advice)


def tell_embedded(names, programs, count, seen):
    """`count` objects, of which `names` and `programs` are known by name."""
    if programs:
        seen.tell("embedded-program", names=some_of(programs, NAMED))
    if count > len(programs):
        seen.tell("embedded-files", count=count - len(programs), names=some_of(names, NAMED) or "对象")
