"""What the library holds: taxonomy, blobs and uploads, resources with versions and publications."""

from repository.models.blobs import Blob, MediaMember, PackageIndex, Upload
from repository.models.reports import ProblemReport, ResourceUse
from repository.models.resources import (
    Ingest,
    Kind,
    LearningResource,
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

__all__ = [
    "Blob",
    "Curriculum",
    "Grade",
    "Ingest",
    "Kind",
    "LearningResource",
    "Level",
    "Licence",
    "MediaMember",
    "MetadataRevision",
    "PackageIndex",
    "ProblemReport",
    "Publication",
    "ResourceType",
    "ResourceUse",
    "Review",
    "ReviewEvent",
    "Sco",
    "Subject",
    "SubjectOffer",
    "TextbookSeries",
    "Upload",
    "Version",
]
