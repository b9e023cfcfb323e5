"""Which Python a notebook's kernel is: the one that it names, or the one that runs this package."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

__all__ = ["specs_for"]

_OWN = ("-m", "ipykernel_launcher", "-f", "{connection_file}")


class _ThisPython(KernelSpecManager):
    """Knows one kernel, under every name."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        """Return it."""
        make: Any = KernelSpec  # it has no types
        return make(argv=[sys.executable, *_OWN], display_name="Python 3", language="python")


def specs_for(name: str, *, shipped: bool) -> Any:
    """Return the specs in which ``name`` is to be looked up.

    A shipped notebook runs in the Python that has this package, whatever a user has installed as ``python3``; so does
    one whose kernel is not installed, as that of an environment on its author's machine.
    """
    if shipped:
        return _ThisPython()
    found = KernelSpecManager()
    try:
        found.get_kernel_spec(name)
    except NoSuchKernel:
        return _ThisPython()
    return found
