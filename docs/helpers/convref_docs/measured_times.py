"""Read times that a benchmark measured once; pages plot them and never measure while they are built."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from convref_docs.paths import ROOT


@dataclass(frozen=True)
class Measured:
    """The results of a benchmark: the machine and the day of the run, and its tables.

    Attributes:
        processor: the name of the processor.
        date: the day of the run, in ISO form.
        numpy: the version of NumPy.
        torch: the version of PyTorch; empty if the benchmark does not use it.
        threads: the number of threads.
        tables: the rows of each table by its name; times are in milliseconds.
    """

    processor: str
    date: str
    numpy: str
    torch: str
    threads: int
    tables: dict[str, list[dict[str, Any]]]

    def series(self, table: str, x: str, y: str, **where: Any) -> list[tuple[float, float]]:
        """Return a point (x, y) for each row of a table whose fields have the values in `where`.

        Args:
            table: the name of the table.
            x: the field of a row that is the point's x coordinate.
            y: the field of a row that is the point's y coordinate.
            **where: fields and the values that they must have.
        """
        rows = self.tables[table]
        return [(row[x], row[y]) for row in rows if all(row[key] == value for key, value in where.items())]


def measured(name: str) -> Measured:
    """Return the measurements of `benchmarks/<name>.py`.

    Example:
        >>> sorted(measured("algorithms").tables)
        ['kernel_sizes', 'layers', 'matrix_sizes', 'small']
    """
    found = json.loads((ROOT / "benchmarks" / "measured" / f"{name}.json").read_text(encoding="utf-8"))
    tables = {key: value for key, value in found.items() if isinstance(value, list)}
    about = (found["processor"], found["date"], found["numpy"], found.get("torch", ""), found["threads"])
    return Measured(*about, tables)
