"""Fitting and drawing hold BLAS to one thread, and leave the caller's setting as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from threadpoolctl import ThreadpoolController

from xtanalysis.model import posterior
from xtanalysis.model.select import information_set
from xtanalysis.model.threads import one_thread
from xtanalysis.statements.facts import load_facts


def threads() -> list[int]:
    return [pool["num_threads"] for pool in ThreadpoolController().info() if pool["user_api"] == "blas"]


def test_a_block_holds_every_blas_to_one_thread_and_restores_it() -> None:
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = threads()
        with one_thread():
            with one_thread():
                assert set(threads()) == {1}
            assert set(threads()) == {1}
        assert threads() == before
        assert 2 in before


def test_fitting_runs_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    fit = posterior.fit_mixture

    def watched(*args: Any, **options: Any) -> Any:
        seen.extend(threads())
        return fit(*args, **options)

    monkeypatch.setattr(posterior, "fit_mixture", watched)
    information = information_set(load_facts(), ["湘潭市", "湖南省", "中国"], dt.date(2016, 5, 6))
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        posterior.fit_posterior("湘潭市", information, 2017, wanted=("gdp_real",), cells=2)
    assert seen
    assert set(seen) == {1}
