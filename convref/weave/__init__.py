"""The page engine: runs the code in Markdown pages, puts the results into the text, checks what is written.

It does not know what the pages are about, so any technical site can use it. The core takes text and returns
text; `adapters` connects it to hosts such as MkDocs. Paths below are relative to this package.

A page goes through these stages. Each line names the function that does it, and what it takes and returns:

    options   site.options.SiteOptions.from_mapping   what a user configured -> SiteOptions
    parse     markdown.document.parse                 text -> Document: regions with offsets and lines
              page.percent.parse                      the same for a notebook written as Python
    plan      page.plan.plan                          a Document per language -> Plan: Steps in sessions
    recall    cache.results.ResultCache.recall        Steps -> Outcomes, if a cached result is still valid
    run       run.engine.Engine.submit                Plan -> an Outcome per Step, from other processes
    check     check.execution.check                   Document, PageResult -> Diagnostics
    render    render.page.render                      Document, PageResult -> RenderedPage with Fragments
    finish    render.fragments.Fragments.finish       HTML that the host made of it -> HTML of the page

`site.build.Build` takes the pages of a build through all of them. `site.checker.Checker` only checks, from
fresh runs, and adds the checks that need no run: `check.number_policy`, `check.parity`, `check.links`,
`check.facts.bilingual`, `check.facts.sources`.

Answers to frequent questions:

- A fence is run or not: `markdown.fences.kind_of` decides when the page is parsed.
- A fence in a docstring, from a macro or in the output of a block: `site.late_fences.LateFences` runs it when
  the page is converted, at the end of the page's session (`run.continuation.Continuation`).
- The languages of a page share one run: `page.plan.plan` pairs their blocks.
- A doctest example is compared with its output: `check.execution.compare_example`, by the rules of
  `numbers.doctest_output.agrees` (printed text) and `agrees_error` (an expected exception).
- A session runs in a process: `run.session.Session.run` sends it the steps, `run.worker.worker` executes
  them, and `run.answers.outcome_of` reads the answers.
- A process is killed: `run.engine.Engine` calls `kill` of its connection (`run.host.socket_connection`, or
  `pipe_connection` without fork) at the end of every session; a connection whose answer is late does so
  itself. `run.process.keeper.keep`, the worker's parent, then kills all processes of the session
  (`run.process.system.kill_group` and `kill_orphans`).
- A page was run again: `cache.results.ResultCache.explain` gives the reason, for which `cache.validity`
  compares the recorded dependencies with the present ones; `keep` stores it as `Entry.because`.
  `convref why PAGE` prints it (`site.why.session_histories`).
- A dependency is recorded: `cache.recording.audit_hook` reports it from the worker,
  `cache.recording.recorder` keeps it.
- A message has its path and line: `page.diagnostic.Diagnostic`; `check.page_result.PageResult.failure_line`
  translates the line of a traceback into that of each language's page.

The packages form one chain. Each imports only from those below it, which an import contract checks:

    adapters    hosts: MkDocs, pytest, Python-Markdown
    site        one site: options, builds, checks of all pages, export
    render      results -> Markdown, notebooks, MathML
    browser     blocks that readers run in their browser
    check       one page: its errors and notes
    run         the processes that run steps
    cache       results, what they depend on, and whether they are still valid
    page        one page: its steps and their outcomes, its prose and references; the tree of pages
    markdown    text -> regions        (on the same level: numbers, the meaning of printed numbers)

Programs that use the engine need few names: `site.config_file.load_options`, `site.build.Build` and
`site.build.Source`, `site.checker.check_pages`, `site.export.export_pages`, `run.engine.Engine`,
`page.diagnostic.Diagnostic`.

Example:
    >>> from convref.weave.run.engine import Engine
    >>> from convref.weave.run.settings import Settings
    >>> from convref.weave.site.build import Build, Source
    >>> with Engine(Settings()) as engine:
    ...     page = Build(engine).render("index", Source("index.md", "6 times 7 is `{python} 6 * 7`."), "en")
    >>> page.markdown, page.diagnostics
    ('6 times 7 is 42.', ())
"""
