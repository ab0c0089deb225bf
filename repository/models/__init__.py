"""What the library holds: taxonomy, blobs and uploads, resources with versions and publications."""

from repository.models.blobs import Blob, MediaMember, PackageIndex, Upload
from repository.models.pictures import PagePicture
from repository.models.ratings import Rating
from repository.models.records import ExternalRecord
from repository.models.reports import ProblemReport, ResourceUse
from repository.models.resources import (
    Ingest,
    Kind,
    LearningResource,
    Likeness,
    MetadataRevision,
    Publication,
    Review,
    ReviewEvent,
    Sco,
    Version,
)
from repository.models.taxonomy import (
    Curriculum,
    Grade,
    Level,
    Licence,
    ResourceType,
    Subject,
    SubjectOffer,
    TextbookSeries,
)
from repository.models.texts import InnerText, TextReading

__all__ = [
    "Blob",
    "Curriculum",
    "ExternalRecord",
    "Grade",
    "Ingest",
    "InnerText",
    "Kind",
    "LearningResource",
    "Level",
    "Licence",
    "Likeness",
    "MediaMember",
    "MetadataRevision",
    "PackageIndex",
    "PagePicture",
    "ProblemReport",
    "Publication",
    "Rating",
    "ResourceType",
    "ResourceUse",
    "Review",
    "ReviewEvent",
    "Sco",
    "Subject",
    "SubjectOffer",
    "TextReading",
    "TextbookSeries",
    "Upload",
    "Version",
]
