"""Fonts and colours of every figure: Chinese glyphs on any machine, one colour-blind-safe palette."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["BAND", "GRID", "INK", "MUTED", "PALETTE", "PAPER", "THEME", "cjk_family", "set_theme"]


# The exporter turns the first four into CSS variables, so that a figure follows the page into the dark.
INK, MUTED, GRID, PAPER = "#1d2733", "#5b6673", "#d9dbd6", "#fdfcfa"
BAND = "#2b6ca3"
# Okabe & Ito (2008), "Color universal design", darkened where needed to stand out from white by 3:1.
PALETTE = ("#2b6ca3", "#c8550b", "#0b7f62", "#a8730a", "#a8588a", "#3f8fbf", "#6b7280")

# Sans-serif faces with Simplified Chinese that systems bring, best first.
_SYSTEM = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
)


# Lines and ticks are those of seaborn's white style for notebooks, without its 0.7 s of imports.
THEME: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": MUTED,
    "axes.labelsize": 10,
    "axes.linewidth": 1.25,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "normal",
    "axes.titley": 1.0,  # given, it is not searched for: a third of the time of drawing
    "figure.constrained_layout.h_pad": 0.09,
    "figure.constrained_layout.hspace": 0.06,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.facecolor": "none",
    "figure.figsize": (8.0, 4.4),
    "font.size": 10,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "legend.title_fontsize": 12,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": PAPER,
    "patch.force_edgecolor": False,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",  # so that no reader needs the font
    "svg.hashsalt": "xtanalysis",  # one, so that equal figures have equal bytes
    "text.color": INK,
    "xtick.bottom": False,
    "xtick.color": GRID,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": 9.5,
    "xtick.major.size": 6,
    "xtick.major.width": 1.25,
    "xtick.minor.size": 4,
    "xtick.minor.width": 1,
    "ytick.color": GRID,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": 9.5,
    "ytick.left": False,
    "ytick.major.size": 6,
    "ytick.major.width": 1.25,
    "ytick.minor.size": 4,
    "ytick.minor.width": 1,
}


@cache
def cjk_family() -> str:
    """Name a font family with Chinese glyphs: a system's own first, else Noto Sans SC (OFL), registered here."""
    from matplotlib.font_manager import FontProperties, fontManager

    present = {entry.name for entry in fontManager.ttflist}
    for family in _SYSTEM:
        if family in present:
            return family
    from pylopdf_fonts_zh_cn import sans_path

    fontManager.addfont(sans_path())
    return FontProperties(fname=sans_path()).get_name()


def _families() -> list[str]:
    """Chinese first; a second family, which slows every text, only for faces known to lack signs such as the minus."""
    family = cjk_family()
    return [family] if family.startswith(("Noto", "Source Han")) else [family, "DejaVu Sans"]


def set_theme() -> None:
    """Set colours, sizes and fonts of figures; once a notebook, before the first figure."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(THEME)
    mpl.rcParams["axes.prop_cycle"] = cycler("color", PALETTE)
    mpl.rcParams["font.family"] = _families()
