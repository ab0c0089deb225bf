"""Judges an engine by a set of queries with judgements, in an index of its own. Exit 2: it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import evaluation
from search.engines import EngineUnavailableError
from search.engines.scratch import scratch_engine
from search.vocabulary import terms


class Command(BaseCommand):
    help = "nDCG and times of an engine over judged queries; the library's own index is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--docs", type=Path, required=True, help="documents, a JSON object a line")
        parser.add_argument("--queries", type=Path, required=True, help="tab-separated: qid, query, …")
        parser.add_argument("--judgements", type=Path, required=True, help="tab-separated: qid, id, grade")
        parser.add_argument("--engine", default="embedded", choices=["embedded", "elasticsearch"])
        parser.add_argument("--k", type=int, default=10)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            known = terms()
            documents = evaluation.read_documents(options["docs"], known.names)
            judged = evaluation.read_judged(options["queries"], options["judgements"])
            vocabulary = evaluation.vocabulary_of(documents, known.words)
            with scratch_engine(options["engine"], evaluation.Made(documents)) as engine:
                report = evaluation.evaluate(engine, judged, vocabulary, options["k"])
        except (evaluation.EvaluationError, EngineUnavailableError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        answer = {
            "schema": 1,
            "engine": options["engine"],
            "documents": len(documents),
            "queries": len(report.results),
            "ndcg": round(report.ndcg, 4),
            "empty": report.empty,
            "p50_ms": report.percentile(0.5),
            "p95_ms": report.percentile(0.95),
            "per_query": [
                {"id": r.qid, "ndcg": round(r.ndcg, 4), "top": list(r.top)} for r in report.results
            ],
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            f"{answer['engine']}: nDCG@{options['k']} {answer['ndcg']:.4f} over {answer['queries']} queries,"
            f" {answer['empty']} without a result; p50 {answer['p50_ms']} ms, p95 {answer['p95_ms']} ms"
        )
