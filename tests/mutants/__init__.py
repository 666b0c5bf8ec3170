"""Mutation testing of the pages: change one fact of a page at a time, and see whether a check reports it.

    make mutants                                      the sample that the page about the checks shows
    python -m mutants --sample 50 --seed 2            another sample, run in tests/; --help lists the options

A *candidate* is a piece of a page that states a fact, with the texts that could replace it (`mutants.prose`,
`mutants.formulas`, `mutants.source_code`). A mutant has one candidate changed: on the page in one language,
or in the same way in both (`mutants.mutation`). It is killed if `convref check` reports an error for the page
in either language (`mutants.trial`). The candidates are found without the functions that the checks use, so
that facts which the checks overlook are changed, too.
"""
