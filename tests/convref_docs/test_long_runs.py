"""The page on tests shows the figures that the commands wrote, and coverage must not fall."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from convref_docs import engine_tests, last_runs
from convref_docs.paths import ROOT

SCRIPT = ROOT / ".ci" / "coverage_record.py"


def run(folder: Path, percent: float) -> subprocess.CompletedProcess[str]:
    report = folder / "report.json"
    totals = {"percent_covered": percent, "num_statements": 200}
    report.write_text(json.dumps({"meta": {"timestamp": "2030-01-02T03:04:05"}, "totals": totals}))
    command = [sys.executable, str(SCRIPT), str(report), str(folder / "figures")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_file_of_figures_has_a_row_with_its_date() -> None:
    dates = [row.date for row in last_runs().rows]
    assert [] == [name for name, figures in engine_tests.read().items() if figures["date"] not in dates]
    count = (
        len(list(engine_tests.FOLDER.glob("*.json")))
        + 1
        + len(list((ROOT / "benchmarks/measured").glob("*")))
        + 1
    )
    assert count == len(dates)


def test_the_rows_have_the_figures_of_the_files_in_both_languages() -> None:
    rows = last_runs().rows
    (fuzzer,) = [row for row in rows if row.what["en"] == "results that are out of date"]
    steps = json.loads((engine_tests.FOLDER / "fuzzer.json").read_text("utf-8"))["steps"]
    assert all(str(steps) in text for text in fuzzer.figures.values())
    for row in rows:
        english, chinese = (sorted(re.findall(r"\d+(?:\.\d+)?", row.figures[lang])) for lang in ("en", "zh"))
        assert english == chinese


def test_the_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for row in last_runs().rows:
        program, what, *_ = row.command.split()
        found = f"\n{what}:" in makefile if program == "make" else (ROOT / what).is_file()
        assert found, row.command


def test_coverage_is_recorded_rounded_down_and_must_not_fall(tmp_path: Path) -> None:
    assert 0 == run(tmp_path, 90.19).returncode
    recorded = {"date": "2030-01-02", "percent": 90.1, "lines": 200}
    assert recorded == engine_tests.read(tmp_path / "figures")["coverage"]
    lower = run(tmp_path, 90.05)
    assert "the coverage (90.0 %) must not fall below the recorded 90.1 %\n" == lower.stderr
    assert recorded == engine_tests.read(tmp_path / "figures")["coverage"]
