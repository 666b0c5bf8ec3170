"""Shorten a report: layers that make no new feature map are added to the rows before them.

A note below the table names the classes of these layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convref.analysis.columns import Row

NOTES = {
    "en": "Layers that make no new feature map count in the row above, with the parameters of {}.",
    "zh": "不产生新特征图的层并入上一行；此表中 {} 的参数就是这样计入的。",
}
AND = {"en": " and ", "zh": " 和 "}
COMMA = {"en": ", ", "zh": "、"}


def folded(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of layers that make a new feature map; the in-place rows after each are added to it.

    In-place rows are those of layers that make no new feature map. The rows of layers that inference does not
    run have an empty output shape, and are yielded unchanged.
    """
    current = rows[0]
    for row in rows[1:]:
        if _stays(row):
            yield current
            current = row
        else:
            current = current.absorbing(row)
    yield current


def notes(rows: Sequence[Row]) -> dict[str, str]:
    """Return the note that names the classes of layers whose parameters are counted in another row.

    The note is a dict from language to text, which is empty if there are no such layers.

    Example:
        >>> from convref import analyze, nn
        >>> net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        >>> notes(analyze(net, (3, 9, 9)).rows)["en"]
        'Layers that make no new feature map count in the row above, with the parameters of BatchNorm2d.'
    """
    kinds = list(dict.fromkeys(row.type for row in rows[1:] if row.params and not _stays(row)))
    return {lang: text.format(_listed(kinds, lang)) for lang, text in NOTES.items()} if kinds else {}


def _stays(row: Row) -> bool:
    return bool(row.activations) or not row.output


def _listed(kinds: Sequence[str], lang: str) -> str:
    *most, last = kinds
    return AND[lang].join([COMMA[lang].join(most), last] if most else [last])
