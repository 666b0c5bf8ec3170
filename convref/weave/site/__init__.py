"""One site: its options, its builds, and the checks of its pages.

    options         SiteOptions: the options of a site, from any host's mapping
    config_file     the mkdocs.yml that belongs to a directory of pages -> SiteOptions
    build           Build: the pages of a build, run ahead and rendered one by one
    progress        the progress bar of a build
    export          a directory of pages -> the same directory as plain Markdown (`convref weave`)
    checker         Checker: a directory of pages -> diagnostics (`convref check`, pytest)
    page_checks     the checks of a page one by one, for hosts that list each
    fix             stale doctest output, rewritten in place (`convref check --fix`)
    why             the reason why a page ran, or would run (`convref why`)

The hosts call these: `convref.weave.adapters` and `convref.cli`.
"""
