"""metadata.xml against the own schema, data/metadata.xsd, which travels with an exported record."""

from functools import cache
from pathlib import Path

from lxml import etree

from .metadata_reading import MetadataUnreadable, parsed_xml

SCHEMA = Path(__file__).parent.parent / "data" / "metadata.xsd"
MOST = 20


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def faults(content: bytes) -> list[str]:
    """A sentence for each place that differs from the scheme, at most `MOST`; [] when the metadata are valid."""
    try:
        root = parsed_xml(content)
    except MetadataUnreadable as error:
        return [str(error)]
    schema = _schema()
    if schema.validate(root):
        return []
    return [
        f"第{one.line}行“{one.path.rpartition('/')[2] or root.tag}”不符合元数据方案（metadata.xsd）。"
        for one in list(schema.error_log)[:MOST]
    ]
