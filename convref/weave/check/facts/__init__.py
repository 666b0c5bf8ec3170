"""The checks of facts in words and names, which the checks of numbers do not find.

Most modules look for one kind of mistake, and have a function or method `check` that yields a diagnostic for
each mistake.

    bilingual       facts in which the languages of a page differ: numbers, names, formulas
    differences     Fact, differences: the facts that one text states and its translation does not
    terms           Terms: the technical terms of a site, in several languages
    labels          numbers in labels that the labelled code does not contain
    sources         identifiers, footnotes and years that contradict the sources
    registry        Registry: the things that a site describes, and the true numbers about each of them
    described       numbers, kernel sizes and versions that contradict the registry
    code_names      names in code spans that occur neither in code nor in the registry
    named_pages     links and titles with the name of a thing that another page explains
"""
