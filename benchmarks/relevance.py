"""How well search answers: nDCG@10 of the judged set, by class of query, for each engine that is there.

Run as `python -m benchmarks.relevance [--engine embedded elasticsearch] [--class question]`. The set is made
by ``relevance_set``; half of its topics are held out, and both halves are printed. With ``--class`` the
answers of that class that are not perfect are shown.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.relevance_set import Query
    from search.evaluation import Report

GOALS = "goals: nDCG@10 ≥ 0.90, the engines within 0.03"


def measure(engine: str) -> Report:
    """Builds an index of the set and asks every query."""
    from benchmarks.relevance_set import documents, queries
    from search import evaluation
    from search.asked import Vocabulary
    from search.engines.scratch import scratch_engine

    judged = evaluation.Judged({q.qid: q.query for q in queries()}, {q.qid: q.judgements for q in queries()})
    made = [evaluation.document(at, row) for at, row in enumerate(documents(), 1)]
    vocabulary = evaluation.vocabulary_of(made, Vocabulary((), {n: f"Lớp {n}" for n in range(1, 13)}))
    with scratch_engine(engine, evaluation.Made(made)) as filled:
        return evaluation.evaluate(filled, judged, vocabulary)


def show(engine: str, report: Report, queries: dict[str, Query], only: str) -> None:
    print(
        f"{engine}: nDCG@10 {report.ndcg:.3f}, {report.empty} without a result,"
        f" p50 {report.percentile(0.5):.0f} ms, p95 {report.percentile(0.95):.0f} ms"
    )
    for held_out in (False, True):
        by_class: dict[str, list[float]] = defaultdict(list)
        for result in report.results:
            query = queries[result.qid]
            if query.held_out == held_out:
                by_class[query.kind].append(result.ndcg)
        every = [value for values in by_class.values() for value in values]
        print(f"  {'held out' if held_out else 'tuned on'} {fmean(every):.3f}: ", end="")
        print(", ".join(f"{kind} {fmean(values):.2f}" for kind, values in by_class.items()))
    if only:
        _show_class(report, queries, only)


def _show_class(report: Report, queries: dict[str, Query], only: str) -> None:
    from benchmarks.relevance_set import documents

    titles = {row["id"]: row["title"] for row in documents()}
    for result in report.results:
        query = queries[result.qid]
        if query.kind == only and result.ndcg < 1 and not query.held_out:
            print(f"  {result.ndcg:.2f} {query.query}")
            for uid in result.top:
                print(f"       {query.judgements.get(uid, 0)} {titles[uid]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", default=[])
    parser.add_argument("--class", dest="only", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoclieu-relevance-") as var:
        os.environ.update(DJANGO_SETTINGS_MODULE="cms.settings", HOCLIEU_VAR=var, HOCLIEU_PROCESS="command")
        import django

        django.setup()
        logging.getLogger("elastic_transport").setLevel(logging.WARNING)
        from django.conf import settings

        from benchmarks.relevance_set import documents, queries

        print(f"{len(documents()):,} documents, {len(queries())} queries; {GOALS}")
        engines = options.engine or ["embedded", *(["elasticsearch"] if settings.ELASTICSEARCH_URL else [])]
        reports = {}
        for engine in engines:
            reports[engine] = measure(engine)
            show(engine, reports[engine], {q.qid: q for q in queries()}, options.only)
        if len(reports) > 1:
            one, other = (report.ndcg for report in reports.values())
            print(f"difference {abs(one - other):.3f}")
        else:
            print("Elasticsearch is not measured: HOCLIEU_ELASTICSEARCH_URL is not set")


if __name__ == "__main__":
    main()
