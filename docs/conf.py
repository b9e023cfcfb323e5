"""How the site is built (make docs): every page of this folder, cells run, nothing fetched, warnings fatal."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

import xtanalysis

ROOT = Path(__file__).parents[1]

project = "xtanalysis"
author = "The xtanalysis developers"
copyright = author  # noqa: A001 (Sphinx names it so)
release = version = xtanalysis.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["**.ipynb_checkpoints"]
templates_path = ["_templates"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst-nb.lexer"]  # of a page whose cells are not run

# Commands in cells are those of this environment, their answers in English and as wide as a page.
os.environ |= {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "LANG": "C.UTF-8",
    "COLUMNS": "100",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # an older debugger of kernels would complain in a page's cells
}
os.environ.pop("LC_ALL", None)

# A page's cells run in one kernel: one study a page. What was run is kept until the page or the package changes.
PARTS = sorted(
    p for part in ("xtanalysis", "data/raw") for p in (ROOT / part).rglob("*") if p.suffix in {".py", ".csv", ".yaml"}
)
PACKAGE = hashlib.sha256(b"".join(path.read_bytes() for path in PARTS)).hexdigest()[:16]
nb_execution_mode = "cache"
nb_execution_excludepatterns = os.environ.get(
    "XTANALYSIS_DOCS_UNRUN", ""
).split()  # tests leave some pages' cells unrun
nb_execution_cache_path = str(ROOT / "build" / "site.cells" / PACKAGE)
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 240
nb_output_stderr = "warn"  # a warning in a cell is one of the build
nb_merge_streams = True

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc says the types that docstrings give
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "xtanalysis"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"index": [], "gallery": []}  # pages without pages below them
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 7,  # all of them
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
}


def name_no_empty_heads(app: Sphinx, doctree: nodes.document) -> None:
    """Blank corners of pandas' tables are cells, not heads: a screen reader would announce a head without a name."""
    for raw in doctree.findall(nodes.raw):
        if 'class="dataframe"' in raw.astext():
            text = re.sub(r"<th( [^>]*)?></th>", r"<td\1></td>", raw.astext())
            raw.children = [nodes.Text(text)]


def setup(app: Sphinx) -> None:
    """Connect what is above; Sphinx calls it."""
    app.connect("doctree-read", name_no_empty_heads)
