"""Run all benchmarks, and write their figures to benchmarks/report.json, which a page of the site shows.

Each script runs in a process of its own, on one thread, so that both sides have the same and the processor's
time can be counted. `--only` runs some of them, and keeps the other figures of the file.

    python benchmarks/report.py [--only networks functional analyze weave]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import measure

HERE = Path(__file__).parent
REPORT = HERE / "report.json"
SCRIPTS = ("networks", "functional", "analyze", "weave")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
SLOWED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Variables that some machines set for old versions of OpenBLAS, and that make it slower."""


def main() -> None:
    """Run the scripts that are named, by default all, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=SCRIPTS, default=list(SCRIPTS))
    parser.add_argument("--rounds", type=int, help="rounds of every script, instead of its own number")
    options = parser.parse_args()
    scripts = json.loads(REPORT.read_text())["scripts"] if REPORT.exists() else {}
    for script in options.only:
        print(f"== {script}", flush=True)
        scripts[script] = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": measure.machine(),
            "figures": run(script, options.rounds),
        }
        REPORT.write_text(json.dumps({"scripts": scripts}, indent=1) + "\n")


def run(script: str, rounds: int | None) -> list[dict[str, object]]:
    """Run a script, and return its figures."""
    environment = {key: value for key, value in os.environ.items() if key not in SLOWED}
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "figures.json"
        command = [sys.executable, str(HERE / f"{script}.py"), "--json", str(found)]
        command += [] if rounds is None else ["--rounds", str(rounds)]
        subprocess.run(command, check=True, env=environment | ONE_THREAD)
        figures: list[dict[str, object]] = json.loads(found.read_text())
        return figures


if __name__ == "__main__":
    main()
