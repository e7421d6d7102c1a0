"""Run with the Python of an environment that has eark-validator 1.1.3: its whole report on the packages given, as JSON.

The validator fetches four vocabularies over the network when it is imported. They are answered here, so that it runs
where there is none: of each list the terms that its own schema or rules name.
"""

import io
import json
import sys
import urllib.request
from pathlib import Path

TERMS = {
    "ContentCategory": ("Mixed", "Other"),
    "ContentInformationType": ("SIARD1", "SIARD2", "citcarchival_v1_0", "citspremis_v1_0", "MIXED", "OTHER"),
    "OAISPackageType": ("SIP", "AIP", "DIP", "AIU", "AIC"),
    "Status": ("CURRENT", "SUPERSEDED"),
}


def _vocabulary(address: str, *_given, **_named) -> io.BytesIO:
    name = address.rpartition("CSIPVocabulary")[2].removesuffix(".xml")
    return io.BytesIO("".join(f"<Term>{term}</Term>\n" for term in TERMS[name]).encode())


def main() -> None:
    urllib.request.urlopen = _vocabulary
    from eark_validator.ipxml.schema import IP_SCHEMA
    from eark_validator.packages import PackageValidator
    from lxml import etree

    found = []
    for path in map(Path, sys.argv[1:]):
        report = json.loads(PackageValidator(path).validation_report.model_dump_json())
        inner = sorted(path.glob("representations/*/METS.xml")) if path.is_dir() else []
        report["representations_valid"] = [IP_SCHEMA["sip"].validate(etree.parse(str(one))) for one in inner]
        found.append(report)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
