"""The checks of facts in words and names, which no number shows.

Each module looks for one kind of mistake; its function `check` yields a diagnostic for each one it finds.

    bilingual       facts in which the languages of a page differ: numbers, names, formulas
    differences     Fact, differences: what one text states and its translation does not
    terms           Terms: names of one concept in several languages
    labels          numbers in labels that the code beside them does not contain
    sources         identifiers, footnotes and years that contradict the sources
    registry        Registry: the names of a site, and the facts that are known of each
    described       numbers, kernel sizes and versions that contradict the registry
    code_names      names in code spans that are in no code and not in the registry
    named_pages     links and titles that name another thing than their page describes
"""
