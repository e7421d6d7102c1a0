"""A warm render of a three-page document beside WeasyPrint of the same text, in one process and in turns.

`python -m bench.rendering` prints {"ours": [ms …], "alone": [ms …]}; "alone" is empty where WeasyPrint, a package of
this measurement alone, or the libraries that it needs are not there.
"""

import html
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

TURNS, WARM = 20, 3
PAGES = 3
NAME, REFERENCE = "a warm render of a three-page document", "WeasyPrint of the same text"
PARAGRAPH = "各单位应当按照本办法的规定做好电子公文的归档工作，及时整理、定期检查，确保真实、完整、可用、安全。"


def measure(row, data_dir: Path) -> list[dict]:
    """One row for results.json; without WeasyPrint it says so and has no ratio."""
    environment = {**os.environ, "EGOV_DATA_DIR": str(data_dir.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "bench.rendering"], env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    ours = statistics.median(found["ours"])
    if not found["alone"]:
        return [row(NAME, ours, "ms", "WeasyPrint (absent)", 0)]
    return [row(NAME, ours, "ms", REFERENCE, statistics.median(found["alone"]))]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
    django.setup()
    print(json.dumps(_taken()))


def given(turn: int = 0):
    """A notice of three pages, as the product lays it out; without imprint, which would stand on a fourth.

    Another text each `turn`: what a compiler remembers of the last one is no work saved for the next document.
    """
    import paper

    body = "\n".join(
        ["现就有关事项通知如下。", *(f"{n}. 第{100 + turn}号单位：{PARAGRAPH}" for n in range(1, 16)), "特此通知。"]
    )
    return paper.PageInput(
        form="standard", issuing_mark="长宁区信息化委员会文件", doc_number="长信〔2026〕12号", title="关于做好电子公文归档工作的通知",
        body=body, main_recipients="各有关单位", issuer_signature="长宁区信息化委员会", document_date=date(2026, 3, 2),
    )  # fmt: skip


def _taken() -> dict[str, list[float]]:
    import paper

    moment = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    made = paper.render_document(given(), moment=moment)
    if made.pages != PAGES:
        raise SystemExit(f"The document has {made.pages} pages, not {PAGES}.")
    works = {"ours": (given, lambda one: paper.render_document(one, moment=moment))}
    if (weasy := _weasyprint()) is not None:
        works["alone"] = (
            lambda turn: page_of(given(turn)),
            lambda text: weasy.HTML(string=text).write_pdf(pdf_variant="pdf/a-2b"),
        )
    found: dict[str, list[float]] = {"ours": [], "alone": []}
    for turn in range(TURNS):
        for name, (written, work) in works.items():
            text = written(turn)
            started = time.perf_counter()
            work(text)
            found[name].append((time.perf_counter() - started) * 1000)
    return {name: times[WARM:] for name, times in found.items()}


def _weasyprint():
    try:
        import weasyprint
    except (ImportError, OSError):  # the package, or Pango
        return None
    return weasyprint


def page_of(one) -> str:
    """The same text in the same face and size, as a page of the web is written; the standard's grid is not asked."""
    from django.conf import settings

    from paper.fonts import resolve

    resolve(str(settings.EGOV_FONTS_DIR))  # the faces are there
    faces = sorted(Path(settings.EGOV_FONTS_DIR).rglob("*.[to]tf"))
    face = next((path for path in faces if "fang" in path.name.lower()), faces[0])
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in one.body.split("\n"))
    return f"""<!DOCTYPE html><html lang="zh"><head><title>{html.escape(one.title)}</title><style>
      @font-face {{ font-family: body; src: url("{face.resolve().as_uri()}") }}
      @page {{ size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-right {{ content: "— " counter(page) " —" }} }}
      body {{ font: 16pt/29.6pt body; margin: 0 }} p {{ margin: 0; text-indent: 2em }}
      h1 {{ color: red; font-size: 40pt; text-align: center }} h2 {{ font-size: 22pt; text-align: center }}
      </style></head><body><h1>{html.escape(one.issuing_mark)}</h1><p>{html.escape(one.doc_number)}</p>
      <h2>{html.escape(one.title)}</h2><p>{html.escape(one.main_recipients)}：</p>{paragraphs}
      <p>{html.escape(one.issuer_signature)}</p></body></html>"""


if __name__ == "__main__":
    main()
