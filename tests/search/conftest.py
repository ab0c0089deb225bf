"""A small tree with published lessons, and an index of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.models import OrgUnit, User
from repository import actions
from repository.metadata import Metadata
from repository.models import Publication, Version
from search import vocabulary
from search.engines import engine, forget_engines
from search.engines.elastic import ElasticEngine
from tests.factories import OrgUnitFactory, person


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    forget_engines()
    vocabulary.forget()
    yield
    forget_engines()


@pytest.fixture
def on_elasticsearch(settings, elasticsearch_url: str, elasticsearch_prefix: str) -> ElasticEngine:
    """The engine that answers is Elasticsearch, its index empty."""
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.ELASTICSEARCH_PREFIX = f"{elasticsearch_prefix}-site"
    forget_engines()
    made = engine()
    assert isinstance(made, ElasticEngine)
    if made.server.standing() is None:
        made.rebuild()
    everything = {"match_all": {}}
    made.server.client.delete_by_query(
        index=made.server.alias, query=everything, refresh=True, conflicts="proceed"
    )
    made.repair(made.check())  # the pages that every site has
    return made


@dataclass
class Tree:
    """Sở → ward → two schools; another commune with a school beside."""

    so: OrgUnit
    xa: OrgUnit
    school: OrgUnit
    sister: OrgUnit
    other_xa: OrgUnit
    far: OrgUnit
    teacher: User

    @property
    def units(self) -> list[OrgUnit]:
        return [self.so, self.xa, self.school, self.sister, self.other_xa, self.far]


@pytest.fixture
def tree(db: None) -> Tree:
    so = OrgUnitFactory(name="Sở GD&ĐT Hưng Yên", kind="so", code="so")
    xa = OrgUnitFactory(name="Phường Phố Hiến", kind="phuong", code="pho-hien", parent=so)
    other_xa = OrgUnitFactory(name="Xã Tân Hưng", kind="xa", code="tan-hung", parent=so)
    school = OrgUnitFactory(name="Tiểu học Nguyễn Huệ", code="th-nguyen-hue", parent=xa)
    sister = OrgUnitFactory(name="Tiểu học An Tảo", code="th-an-tao", parent=xa)
    far = OrgUnitFactory(name="Tiểu học Tân Hưng", code="th-tan-hung", parent=other_xa)
    teacher = person(school, "teacher", username="hanh", first_name="Hạnh")
    return Tree(so, xa, school, sister, other_xa, far, teacher)


def publish(
    tree: Tree,
    title: str,
    *,
    at: OrgUnit | None = None,
    owner: OrgUnit | None = None,
    guests: bool = False,
    kind: str = "scorm12",
    **metadata: object,
) -> Publication:
    """A lesson of the teacher's school, published at the Sở by action; no file lies behind it."""
    given: dict[str, object] = {"subject": "toan", "grades": ("lop-5",), "licence": "cc-by", **metadata}
    resource = actions.create_resource(
        by=tree.teacher,
        owner_unit=tree.school,
        metadata=Metadata(title=title, **given),  # type: ignore[arg-type]
    )
    if owner is not None:
        resource.owner_unit = owner
        resource.save()
    return publish_next(tree, resource, at=at or tree.so, guests=guests, kind=kind)


def publish_next(tree, resource, *, at: OrgUnit, guests: bool = False, kind: str = "scorm12") -> Publication:
    version = Version.objects.create(
        resource=resource,
        number=resource.versions.count() + 1,
        filename="bai.zip",
        by=tree.teacher,
        ingest="ready",
        review="submitted",
        kind=kind,
    )
    return actions.publish(by=None, version=version, unit=at, open_to_guests=guests)
