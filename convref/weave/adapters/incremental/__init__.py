"""Reuse results of one build of a MkDocs site in the next ones, under `mkdocs serve` and with `mkdocs build`.

A result is reused only if everything on which it depends is unchanged. A build therefore gives the same bytes
and the same messages as a build from scratch. MkDocs itself builds the navigation, resolves references and
writes the site in every build.

    kept_builds     KeptBuilds: an object that holds all kept results of a site
    build_file      the file from which `mkdocs build` takes the results of the last one
    surroundings    a digest of the programs and options for which that file holds
    conversions     the HTML of pages; it depends on their Markdown, on options, and on files that they link
    kept_results    KeptResults: the results of one kind by page, and whether they have changed
    kept_page       the result of one conversion, and its form in the file
    lookups         records the files that a conversion looks up, and whether it logs anything
    included_files  records the files that it includes as snippets
    settings        decides whether the HTML can be kept at all; computes a digest of the Markdown options
    references      records what mkdocstrings and autorefs do during a conversion, and repeats it
    griffe_names    the source files that mkdocstrings reads, and the names that griffe resolves
    templates       the compiled templates of the theme
    page_templates  the complete HTML pages that these templates made
"""
