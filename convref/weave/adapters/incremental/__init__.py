"""Keep what one build of a MkDocs site made, for the next build of the same `mkdocs serve`.

Everything is kept by what it was made from, so that a build gives the same bytes and the same messages as
one from scratch. MkDocs itself builds the navigation, resolves references and writes the site in every
build.

    kept_builds    everything that is kept
    conversions    the HTML of a page, by its Markdown, its options and what it looked up
    lookups        records the files that a conversion looks up, and whether it logs anything
    settings       whether the site's Markdown extensions can be kept, and a digest of their options
    references     what mkdocstrings and autorefs do during a conversion, recorded and done again
    griffe_names   the sources that mkdocstrings reads, and the names that griffe resolves
    templates      the compiled templates of the theme
"""
