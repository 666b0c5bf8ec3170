"""Reuse results of one build of a MkDocs site in the next builds of the same `mkdocs serve`.

A result is reused only if everything that it depends on is unchanged, so that a build gives the same bytes
and the same messages as one from scratch. MkDocs itself builds the navigation, resolves references and writes
the site in every build.

    kept_builds    all results that are kept
    conversions    the HTML of pages, which depends on their Markdown, options and the files looked up
    lookups        records the files that a conversion looks up, and whether it logs anything
    settings       decides whether HTML can be kept with the site's extensions, and digests their options
    references     records what mkdocstrings and autorefs do during a conversion, and repeats it
    griffe_names   the sources that mkdocstrings reads, and the names that griffe resolves
    templates      the compiled templates of the theme
    page_templates  the pages that these templates made
"""
