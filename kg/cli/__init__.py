"""The command ``oxykg``. Heavy imports stand inside the commands, so that ``--help`` is quick.

This package is the only part of `kg` that may import `extract`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from textwrap import indent
from typing import Annotated

import typer

from kg.cli.ask import explore, playground, query
from kg.cli.backtest import backtest
from kg.cli.check import evaluate, validate
from kg.cli.curate import curate
from kg.cli.evidence import report, show
from kg.cli.exchange import export
from kg.cli.fetch import fetch
from kg.cli.gaps import gaps
from kg.cli.make import build, demo, extract
from kg.cli.project import add, diff, init, status
from kg.cli.publish import publish
from kg.cli.reading import explain, worklist
from kg.cli.run import Commands, catch_signals, use_utf8
from kg.cli.serve import serve

# Matrices are small here: other threads would but wait for them, and take time in doing so.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    name="oxykg",
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
#: The commands in the order of their help, each with an example.
COMMANDS: dict[Callable[..., None], str] = {
    demo: "oxykg demo",
    extract: """oxykg extract pubmed.nbib psycinfo.ris -o claims.jsonl
oxykg extract my-search.jsonl -o claims.jsonl""",
    fetch: """oxykg fetch pubmed 'oxytocin AND "therapeutic alliance"' -o pubmed.xml
oxykg fetch europepmc 'oxytocin AND empathy' --since 2025-01-01 -o new.json""",
    init: "oxykg init my-review",
    add: "oxykg add ~/Downloads/pubmed.nbib ~/Downloads/psycinfo.ris",
    build: """oxykg build                             in a project
oxykg build claims.jsonl -o my-review""",
    status: "oxykg status --format json",
    diff: "oxykg diff my-review-may/graph my-review/graph",
    explain: """oxykg explain --doc zilcha-mano-2021-synchrony
oxykg explain my-search.jsonl --doc roe-2021 --html roe.html
oxykg explain - < abstract.txt""",
    worklist: "oxykg worklist pubmed.nbib --top 30",
    query: """oxykg query                                     list the questions
oxykg query mediators --param outcome=DepressiveSymptoms
oxykg query mediators my-review --format csv > answer.csv
oxykg query - < my.rq
oxykg query mediators --endpoint http://127.0.0.1:7880/sparql""",
    show: """oxykg show TherapeuticAlliance TreatmentOutcome
oxykg show "oxytocin level" my-review
oxykg show RuptureRepair TreatmentOutcome --format json""",
    report: """oxykg report TherapeuticAlliance TreatmentOutcome -o brief.html
oxykg report RuptureRepair > brief.md""",
    gaps: """oxykg gaps my-review --top 20
oxykg gaps --for Rupture --kind asked --min-importance 3 --format json""",
    backtest: """oxykg backtest my-review --until 2015
oxykg backtest --format json > backtest.json""",
    explore: "oxykg explore my-review --no-quotes -o page.html",
    playground: "oxykg playground my-review -o ask.html",
    serve: "oxykg serve my-review",
    publish: """oxykg publish http://127.0.0.1:7878/store my-review
oxykg publish http://127.0.0.1:8890/sparql-graph-crud-auth --user dba
oxykg publish http://127.0.0.1:7001 --update http://127.0.0.1:7001 --dry-run""",
    validate: "oxykg validate my-review",
    evaluate: "oxykg evaluate tests/gold/dev.jsonl claims.jsonl --errors 20",
    export: """oxykg export --format ris -o studies.ris
oxykg export my-review --format trig --strict --no-text -o graph.trig
oxykg export my-review --format csv -o tables
oxykg export my-review --format graphml -o links.graphml""",
}
for _command, _example in COMMANDS.items():
    app.command(epilog=f"\b\nExample:\n{indent(_example, '  ')}")(_command)
app.add_typer(curate, name="curate")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"oxykg {version('oxykg')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; anywhere in the line.")
    ] = False,
) -> None:
    """What research says about oxytocin, attachment, empathy and the therapeutic alliance.

    Read claims from abstracts, build a knowledge graph of them, ask it, look at it, and find the
    links that nobody has studied. Start with:

      oxykg demo
    """


def main() -> None:
    """Run the command line; the entry point of the console script."""
    catch_signals()
    use_utf8()
    app()
