"""Pictures and documents of the portal in object storage, beside the blobs and as private."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from repository.storage.ranged import RangedFile, size_of
from repository.storage.s3client import config, place


class MediaObjects(S3Storage):  # type: ignore[misc]
    """django-storages over the bucket of the settings, below ``media/``; addresses are the site's own."""

    def get_default_settings(self) -> dict[str, Any]:
        where = place()
        return super().get_default_settings() | {
            "endpoint_url": where.endpoint,
            "bucket_name": where.bucket,
            "access_key": where.access_key,
            "secret_key": where.secret_key,
            "security_token": None,
            "session_profile": None,
            "region_name": where.region,
            "client_config": config(),
            "addressing_style": None,
            "signature_version": None,
            "location": "media",
            "default_acl": None,
            "file_overwrite": False,
        }

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def _open(self, name: str, mode: str = "rb") -> Any:
        """Read in pieces over the pooled connections; django-storages would fetch the whole first."""
        if mode != "rb":
            return super()._open(name, mode)
        return File(io.BufferedReader(RangedFile(place(), self._key(name))), name)

    def size(self, name: str) -> int:
        return size_of(place(), self._key(name))

    def url(self, name: str, *args: Any, **more: Any) -> str:
        """Served by ``cms.media_views``: browsers do not reach the bucket."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))
