"""The page engine: runs the code in Markdown pages, puts the results into the text, checks what is written.

It does not depend on the subject of the pages, so any technical site can use it. The core takes text and
returns text; `adapters` connects it to hosts such as MkDocs. All names below are relative to this package.

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

- Which fences are run? `markdown.fences.kind_of` decides it when a page is parsed.
- What runs a fence in a docstring, from a macro or in the output of a block? `site.late_fences.LateFences`
  runs it when the page is converted, at the end of the page's session (`run.continuation.Continuation`).
- How can all languages of a page share one run? `page.plan.plan` pairs their blocks.
- What compares a doctest example with its output? `check.execution.compare_example` does, by the rules of
  `numbers.doctest_output.agrees` (printed text) and `agrees_error` (an expected exception).
- How does a session run in a process? `run.session.Session.run` sends the steps to the process,
  `run.worker.worker` executes them there, and `run.answers.outcome_of` reads the answers.
- What kills a process? At the end of every session, `run.engine.Engine` calls `kill` of the connection to the
  process (`run.host.socket_connection`, or `pipe_connection` without fork). A connection calls its own `kill`
  if an answer is late. `run.process.keeper.keep`, the worker's parent, then kills all processes of the
  session (`run.process.system.kill_group` and `kill_orphans`).
- Why was a page run again? `cache.validity` compares the recorded dependencies with the present ones, and
  `cache.results.ResultCache.explain` returns the reason. `keep` stores it as `Entry.because`, and
  `convref why PAGE` prints it (`site.why.session_histories`).
- What records a dependency? `cache.recording.audit_hook` reports it from the worker, and
  `cache.recording.recorder` stores it.
- Where do the path and line of a message come from? They are fields of `page.diagnostic.Diagnostic`. For an
  exception, `check.page_result.PageResult.failure_line` finds the line in the page of each language.

The packages form one chain. Each imports only from those below it; an import contract enforces this:

    adapters    hosts: MkDocs, pytest, Python-Markdown
    site        one site: options, builds, checks of all pages, export
    render      pages with results as Markdown and notebooks; formulas as MathML
    browser     blocks that readers run in their browser
    check       one page: its errors and notes
    run         the processes that run steps
    cache       results, what they depend on, and whether they are still valid
    page        one page: its steps and their outcomes, its prose and references; the tree of pages
    markdown    text -> regions        (on the same level: numbers, the values of written numbers)

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
