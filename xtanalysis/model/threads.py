"""One BLAS thread while matrices of a few hundred rows are factorised: two that fight take seven times the processor.

Equal bytes need it too: with more threads a product is summed in another order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import scipy.linalg  # noqa: F401  # its BLAS, beside NumPy's own, must be there before the controller looks

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]


@cache
def _controller() -> ThreadpoolController:
    """The one controller of this process."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS to one thread, in a block or around a function, and put back what was set before."""
    with _controller().limit(limits=1, user_api="blas"):
        yield
