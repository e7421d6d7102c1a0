"""The whole result of a search as a table, in bounded memory (issue 11, B2)."""

import tracemalloc

from archive import search_export


def test_an_export_takes_little_memory(tmp_path):
    row = tuple("关于做好电子公文归档工作的通知" for _ in search_export.COLUMNS)

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in search_export.as_csv(row for _ in range(count)):
            pass
        search_export.as_workbook((row for _ in range(count)), tmp_path).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(6000) < 2 * peak(600)
