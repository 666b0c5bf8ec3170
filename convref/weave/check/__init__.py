"""The checks of a page: they find mistakes in its text and its results, and report them as `Diagnostic`s.

Most modules look for one kind of mistake, and have a function `check` that yields a diagnostic for each.

    page_result     PageResult: the results of a page's run, for the page in one language
    execution       failed code, wrong doctests, wrong equations with computed values, wrong options
    number_policy   NumberPolicy: a site's rules for numbers in its pages
    citations       cited numbers that differ from the published numbers
    coverage        numbers that are neither computed nor checked nor cited
    parity          differences between the languages of a page
    links           links, anchors and images without a target
    facts           wrong facts in words and names, such as a wrong year or network name
    symbols         values of symbols that contradict equations; general formulas compared with their code

`site.checker` runs all of them; `site.build` runs `execution` and `number_policy` on each rendered page.
"""
