"""``xtanalysis scorecard``: the plan's targets by responsible body for one quarter: workbook, CSV, templates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from xtanalysis.cli import told_language
from xtanalysis.cli.options import facts_option, plan_option, refuse_file, seed_option
from xtanalysis.text import Language

__all__ = ["command"]


@click.command(short_help="The plan's targets by responsible body, for one quarter.")
@plan_option
@click.option("--quarter", show_default="the last one that has ended", help="Such as 2025Q3.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    show_default="when the quarter's figures are out",
    help="Use only what was published by this day.",
)
@facts_option
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the files.")
@click.option("--public", is_flag=True, help="Leave out every row that rests on a figure that is not public.")
@click.option("--draws", type=int, default=4000, show_default=True, help="Paths of the joint model; 0 leaves it out.")
@seed_option
@click.option("--pages", is_flag=True, help="Write the overview and a page for each body as HTML too.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
def command(
    plan: str,
    quarter: str | None,
    as_of: dt.datetime | None,
    facts: tuple[Path, ...],
    lang: Language,
    public: bool,
    draws: int,
    seed: int,
    pages: bool,
    out: Path,
) -> None:
    """Write scorecard.xlsx, one CSV a table, and a blank template for each body that has something to report."""
    from xtanalysis.cli.questions import ask_of_figures, tell
    from xtanalysis.report.scorecard.files import make_scorecard, write_scorecard
    from xtanalysis.statements.file_questions import plan_questions
    from xtanalysis.statements.plans import load_plan

    refuse_file(out)
    language = told_language()
    tell(plan_questions(load_plan(plan)), language)
    ask_of_figures(facts, load_plan(plan).region, language)
    made = make_scorecard(
        plan=plan,
        quarter=quarter,
        as_of=as_of.date() if as_of else None,
        facts=facts,
        public=public,
        draws=draws,
        seed=seed,
    )
    written = write_scorecard(made, out, lang)
    if pages:
        from xtanalysis.report.scorecard.site import write_pages

        given = {
            "plan": plan,
            "quarter": str(made.card.quarter),
            "as_of": str(made.card.as_of),
            "lang": lang,
            "facts": [str(path.resolve()) for path in facts],
            "public": public,
            "draws": draws,
            "seed": seed,
        }
        written += write_pages(made, out, given)
    for path in written:
        click.echo(f"{path}")
