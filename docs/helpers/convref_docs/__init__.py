"""Helpers for the pages of this site; not installed with the package, because they read project files.

    convref_docs.glance("conv2d")             a box about an operator: names, shapes, cost, a ratio
    convref_docs.network_glance("vgg16")      a box about networks: input, parameters, MACs, memory
    convref_docs.calculator("convolution")    a calculator, with a table for browsers without scripts
    convref_docs.directory("operators")       the pages of a section, as links
    convref_docs.contents("operators", "conv2d")  pages with their first sentences
    convref_docs.citation()                   how to cite the project, from CITATION.cff
    convref_docs.install()                    the command that installs the package
    convref_docs.code("conv2d")               an operator's code in tabs: description, NumPy, PyTorch
    convref_docs.used_in("conv2d")            the networks that use an operator, linked to their pages
    convref_docs.sources("module:name")       source code of the package
    convref_docs.published({key: report})     published figures beside computed ones, with a verdict for each
    convref_docs.claims("weights")            widespread claims, each checked by computation, with a verdict
    convref_docs.measured("algorithms")       times that a benchmark measured, with processor and date
    convref_docs.timeline()                   the networks by the years of their papers
    convref_docs.overview()                   all networks in one sortable table, with links to its data
    convref_docs.with_accuracy("resnet50", papers={})   some networks with their accuracies
    convref_docs.accuracy_points("params")    networks by a cost and their published accuracy, for a plot
    convref_docs.listing("convref.nn", "conv")    the public names of a package, and their reference entries
    convref_docs.import_picture("convref.weave")  which packages import which
    convref_docs.modules("convref.weave.page")    the modules of a package, with their first sentences
    convref_docs.checked                      counts and results for the page about the checks
    convref_docs.mutants                      the result of mutation testing the pages
    convref_docs.engine_tests                 results of the tests of the page engine
    convref_docs.last_runs()                  the last runs of all long tests and benchmarks
    convref_docs.glossary.load()              the terms of the site in both languages

`make install` puts this folder on Python's path (dev-mode-dirs in pyproject.toml), so that pages import it
whether MkDocs, pytest or `convref check` runs them.
"""

from __future__ import annotations

from convref_docs.calculators import calculator as calculator
from convref_docs.citation import citation as citation
from convref_docs.claims import claims as claims
from convref_docs.claims import claims_overview as claims_overview
from convref_docs.code_tabs import code as code
from convref_docs.contents import contents as contents
from convref_docs.directory import directory as directory
from convref_docs.directory import install as install
from convref_docs.glance import glance as glance
from convref_docs.glance import network_glance as network_glance
from convref_docs.listing import Listing as Listing
from convref_docs.listing import listing as listing
from convref_docs.long_runs import last_runs as last_runs
from convref_docs.measured_times import Measured as Measured
from convref_docs.measured_times import measured as measured
from convref_docs.module_list import modules as modules
from convref_docs.overview import accuracy_points as accuracy_points
from convref_docs.overview import overview as overview
from convref_docs.overview import with_accuracy as with_accuracy
from convref_docs.package_imports import import_picture as import_picture
from convref_docs.package_source import sources as sources
from convref_docs.published_figures import published as published
from convref_docs.sortable import Sortable as Sortable
from convref_docs.timeline import timeline as timeline
from convref_docs.used_in import used_in as used_in
