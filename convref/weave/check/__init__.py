"""The checks of a page: parsed pages and the results of their steps -> `page.diagnostic.Diagnostic`.

Each module looks for one kind of mistake; its function `check` yields a diagnostic for each one it finds.

    page_result     PageResult: a plan and its outcomes, as the page of one language sees them
    execution       failures, doctests, equations with computed values, options of blocks
    number_policy   NumberPolicy: citations, and the numbers that a site wants covered
    citations       cited numbers that differ from the published figures
    coverage        numbers that are neither computed nor checked nor cited
    parity          differences between the languages of a page
    links           links, anchors and images without a target
    facts           checks of facts in words and names
    symbols         values of symbols that contradict equations; general formulas compared with their code

`site.checker` runs all of them; `site.build` runs `execution` and `number_policy` on each rendered page.
"""
