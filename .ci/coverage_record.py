"""Record the coverage of the package for the site, or fail if it is below the recorded one.

    python .ci/coverage_record.py .cache/coverage.json

The file is the report of coverage.py on a run of all tests. What only the processes of pages run is not
counted: they are started without coverage.py.
"""

import json
import math
import sys
from pathlib import Path

from convref_docs import engine_tests

NAME = "coverage"


def main(report: Path, folder: Path) -> None:
    """Compare the report with the record in `folder`, and replace it unless the coverage fell."""
    totals = json.loads(report.read_text("utf-8"))
    percent = math.floor(10 * totals["totals"]["percent_covered"]) / 10
    recorded = engine_tests.read(folder).get(NAME, {"percent": 0})["percent"]
    print(f"covered: {percent} % of {totals['totals']['num_statements']} lines; recorded: {recorded} %")
    if percent < recorded:
        sys.exit(f"the coverage ({percent} %) must not fall below the recorded {recorded} %")
    day = totals["meta"]["timestamp"].partition("T")[0]
    lines = totals["totals"]["num_statements"]
    engine_tests.write(NAME, {"date": day, "percent": percent, "lines": lines}, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else engine_tests.FOLDER)
