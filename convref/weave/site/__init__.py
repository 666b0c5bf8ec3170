"""One build of a site: options, building, exporting plain Markdown, explaining the cache."""
