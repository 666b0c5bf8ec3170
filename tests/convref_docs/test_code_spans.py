"""A name in inline code on a page exists in the package, in code of the pages, or in another project."""

import re
from pathlib import Path

from convref.weave.markdown.regions import CodeSpan, Fence
from convref.weave.page.tree import Tree, read_tree
from convref.weave.site.config_file import load_options
from convref_docs.paths import DOCS, ROOT

WORD = re.compile(r"[A-Za-z_]\w*")
NAME = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
OF_OTHER_PROJECTS = {
    *("rnorm1", "rnorm2"),  # layers in cuda-convnet's configuration of AlexNet
    *("fconv_lm", "slicenet_1"),  # configurations of fairseq and Tensor2Tensor
    *(
        "_ops",
        "fvcore",
        "FlopCountAnalysis",
        "get_model_complexity_info",
        "profile",
        "total_mult_adds",
    ),  # counters
    *("batch_dim", "total_params", "trainable_params"),  # of torchinfo
    *("cv2", "h5py", "conftest"),  # packages, and pytest's file
}


def site() -> Tree:
    options = load_options(DOCS)
    return read_tree(DOCS, options.notebooks, options.fence_rules, options.languages)


def known_words(tree: Tree) -> set[str]:
    sources = [*(ROOT / "convref").rglob("*.py"), *(DOCS / "helpers").rglob("*.py")]
    sources += [ROOT / "mkdocs.yml", ROOT / "pyproject.toml"]
    texts = [Path(each).read_text("utf-8") for each in sources]
    nested = (each for page in tree.pages for each in page.document.with_nested())
    texts += [fence.code for each in nested for fence in each.of(Fence)]
    return {word for text in texts for word in WORD.findall(text)}


def test_names_in_inline_code_exist() -> None:
    tree = site()
    known = known_words(tree) | OF_OTHER_PROJECTS
    spans = [
        (each.path, span.line, span.content)
        for page in tree.pages
        for each in page.document.with_nested()
        for span in each.of(CodeSpan)
        if NAME.fullmatch(span.content)
    ]
    assert len(spans) > 400
    assert [] == [span for span in spans if not known.issuperset(WORD.findall(span[2]))]
