"""Brings a package into the library as its author would by hand, and on wish publishes it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from accounts.errors import Refusal
from accounts.models import OrgUnit, User
from repository import actions, ingest
from repository.findings import as_finding
from repository.metadata import Metadata, one_line
from repository.models import Ingest, LearningResource, Version

GOOD, BAD, ERROR = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Imports a package, PDF or picture for a person at a unit. With --publish it is submitted and "
        "published at that unit, for which the person must be a reviewer. Exit 0: ready; 1: refused; "
        "2: could not be tried."
    )
    #: Those of the site's pages, which would all be loaded for them, say nothing of a file.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", required=True, metavar="USER", help="sign-in name of the author")
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of the owner's unit")
        parser.add_argument("--title", default="", help="otherwise the package's own")
        parser.add_argument("--subject", default="", metavar="CODE")
        parser.add_argument("--grade", action="append", default=[], metavar="CODE", help="may be repeated")
        parser.add_argument("--type", default="e-learning", metavar="CODE")
        parser.add_argument("--licence", default="cc-by", metavar="CODE")
        parser.add_argument("--description", default="")
        parser.add_argument("--keywords", default="")
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_file(**{name: options[option] for option, name in _OPTIONS.items()})
        except OSError as error:
            self._fail(f"{options['file']}: {error.strerror or error}")
        except (User.DoesNotExist, OrgUnit.DoesNotExist) as error:
            self._fail(str(error))
        except Refusal as refusal:
            self._fail(str(refusal))
        if options["as_json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"{result['ingest']}: {result['url']}")
            for code in result["codes"]:
                self.stdout.write(f"  [{code['code']}] {code['message']}")
        if result["ingest"] != Ingest.READY:
            raise SystemExit(BAD)

    def _fail(self, message: str) -> None:
        self.stderr.write(message)
        raise SystemExit(ERROR)


#: option → parameter
_OPTIONS = {
    **{name: name for name in ("file", "by", "unit", "title", "subject", "licence", "publish")},
    **{name: name for name in ("description", "keywords")},
    "grade": "grades",
    "type": "kind",
}


def import_file(
    *,
    file: str,
    by: str,
    unit: str,
    title: str,
    subject: str,
    grades: list[str],
    kind: str,
    licence: str,
    description: str,
    keywords: str,
    publish: bool,
) -> dict[str, Any]:
    """The command's answer. Raises OSError, Refusal, User.DoesNotExist, OrgUnit.DoesNotExist."""
    started = time.perf_counter()
    path = Path(file)
    user, owner = User.objects.get(username=by), OrgUnit.objects.get(code=unit)
    metadata = Metadata(
        title=one_line(title) or path.stem,
        description=description,
        keywords=keywords,
        type=kind,
        licence=licence,
        subject=subject,
        grades=tuple(_grade_code(one) for one in grades),
    )
    with path.open("rb") as source:
        upload = actions.receive_file(by=user, filename=path.name, size=path.stat().st_size, file=source)
    resource = actions.create_resource(by=user, owner_unit=owner, metadata=metadata)
    version = actions.submit_version(by=user, resource=resource, upload=upload)
    # Above the inline limit a worker may have begun: then wait for it, or take over when it dies.
    while ingest.run(version.pk) in (Ingest.RECEIVED, Ingest.CHECKING):
        time.sleep(0.2)
    version.refresh_from_db()
    ready = version.ingest == Ingest.READY
    playable_ms = round((time.perf_counter() - started) * 1000) if ready else None
    if ready and not title:
        actions.take_title(by=user, resource=resource, version=version)
    if ready and publish:
        actions.submit_for_review(by=user, version=version)
        actions.publish(by=user, version=version, unit=owner, own=True)
    return _answer(resource, version, playable_ms, published=ready and publish)


def _grade_code(grade: str) -> str:
    """ "5" is short for "lop-5"."""
    return f"lop-{grade}" if grade.isdigit() else grade


def _answer(
    resource: LearningResource, version: Version, playable_ms: int | None, *, published: bool
) -> dict[str, Any]:
    # The library's addresses alone: those of the whole site would take 30 MB to say one.
    path = reverse("resource" if published else "lesson", urlconf="repository.urls", args=[resource.uid])
    found = [as_finding(row) for row in version.findings]
    return {
        "schema": 1,
        "resource": str(resource.uid),
        "version": str(version.uid),
        "ingest": version.ingest,
        "codes": [
            {"code": one.code, "severity": one.severity, "path": one.path, "message": one.message}
            for one in found
        ],
        "url": settings.SITE_URL + path,
        "playable_ms": playable_ms,
    }
