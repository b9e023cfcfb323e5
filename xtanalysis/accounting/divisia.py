"""The arithmetic of the logarithmic mean Divisia index on arrays: no frames, no labels.

Ang (2005) "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33, 867–871;
Ang (2015) "LMDI decomposition approach: a guide for implementation", Energy Policy 86, 233–238 (the eight models);
zero values by their limits: Wood & Lenzen (2006) Energy Policy 34, 1326–1331; Ang & Liu (2007) Energy Policy 35,
238–246; negative values: Ang & Liu (2007) Energy Policy 35, 739–742.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORMS", "METHODS", "Array", "Form", "Method", "contributions", "log_mean", "product"]

Method = Literal["lmdi-i", "lmdi-ii"]
Form = Literal["additive", "multiplicative"]
METHODS: tuple[str, ...] = get_args(Method)
FORMS: tuple[str, ...] = get_args(Form)

Array = NDArray[np.float64]


def log_mean(a: Array | float, b: Array | float) -> Array:
    """Logarithmic mean L(a, b) = (a − b) / (ln a − ln b), elementwise, any broadcastable shapes.

    L(a, a) = a; L(a, 0) = 0; for two negative numbers L(−a, −b) = −L(a, b). NaN where the signs differ: no mean exists.
    Written as √(ab) · sinh(u)/u with u = ln(a/b)/2, which loses no digits where a ≈ b.
    """
    a, b = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    out = np.where(a * b < 0, np.nan, 0.0)
    use = (a != 0) & (b != 0) & (np.sign(a) == np.sign(b))
    x, y = np.abs(a[use]), np.abs(b[use])
    u = (np.log(x) - np.log(y)) / 2
    ratio = np.where(np.abs(u) < 1e-4, 1 + u * u / 6, np.sinh(u) / np.where(u == 0, 1.0, u))
    out[use] = np.sign(a[use]) * np.where(x == y, x, np.sqrt(x) * np.sqrt(y) * ratio)
    return out


def product(x: Array) -> Array:
    """Product over the factors, (factors, …) → (…); a zero factor wins over an undefined (NaN) one: 0 · (0/0) = 0."""
    out: Array = np.where((x == 0).any(axis=0), 0.0, np.prod(x, axis=0))
    return out


def contributions(x0: Array, x1: Array, method: Method, form: Form) -> Array:
    """Contribution of each factor and sector to the change from ``x0`` to ``x1``.

    Parameters
    ----------
    x0, x1
        Factors at the start and at the end, shape (factors, …, sectors); a sector's value is the product of its factors
        and the aggregate is their sum over the last axis. NaN is allowed where another factor of the same sector is 0.

    Returns
    -------
    Same shape. Additive: terms that sum over factors and sectors to V1 − V0. Multiplicative: logarithms that sum to
    ln(V1 / V0). Exact to rounding.

    Notes
    -----
    Where a sector is zero at one end, the term is the limit of L(V1, V0)·ln(x1/x0) when the zero factors vanish at one
    rate: the whole change goes to the factors that are zero, in equal parts, and none to the others.
    """
    v0, v1 = product(x0), product(x1)
    total0, total1 = v0.sum(axis=-1, keepdims=True), v1.sum(axis=-1, keepdims=True)
    if method == "lmdi-i":
        a, b, scale = v1, v0, np.ones_like(total0)
    else:
        a, b = v1 / total1, v0 / total0
        scale = log_mean(a, b).sum(axis=-1, keepdims=True)
    terms = _limits(x0, x1, a, b) / scale
    between = log_mean(total1, total0)
    if form == "additive":
        out: Array = terms if method == "lmdi-i" else terms * between
    else:
        out = terms / between if method == "lmdi-i" else terms
    return out


def _limits(x0: Array, x1: Array, a: Array, b: Array) -> Array:
    """L(a, b)·ln(x1/x0), with its limits where a value is zero; ``a`` belongs to the end, ``b`` to the start."""
    zero0, zero1 = x0 == 0, x1 == 0
    appears, vanishes = zero0.any(axis=0) & (a != 0), zero1.any(axis=0) & (b != 0)
    plain = (a != 0) & (b != 0)
    ratio = np.where(plain, x1 / np.where(zero0, 1.0, x0), 1.0)
    out: Array = np.where(plain, log_mean(a, b) * np.log(ratio), 0.0)
    out += np.where(appears, zero0 * a / np.maximum(zero0.sum(axis=0), 1), 0.0)
    out -= np.where(vanishes, zero1 * b / np.maximum(zero1.sum(axis=0), 1), 0.0)
    return out
