"""The checks of a page: parsed pages and the results of their steps -> `page.diagnostic.Diagnostic`.

Each module looks for one kind of mistake; its function `check` yields a diagnostic for each one it finds.

    page_result     PageResult: a plan and its outcomes, as the page of one language sees them
    execution       failures, doctests, equations with computed values, options of blocks
    number_policy   NumberPolicy: citations, and the numbers that a site wants covered
    citations       cited numbers that differ from the published figures
    coverage        numbers that are neither computed nor checked nor cited
    parity          differences between the languages of a page
    links           links, anchors and images without a target
    bilingual       facts in which the languages of a page differ: numbers, names, formulas
    terms           Terms: names of one concept in several languages
    symbols         values of symbols that contradict equations; general formulas compared with their code
    labels          numbers in labels that the code beside them does not contain
    sources         identifiers, footnotes and years that contradict the sources
    registry        Registry: the names of a site, and the facts that are known of each
    described       numbers, kernel sizes and versions that contradict the registry
    code_names      names in code spans that are in no code and not in the registry
    named_pages     links and titles that name another thing than their page describes

`site.checker` runs all of them; `site.build` runs `execution` and `number_policy` on each rendered page.
"""
