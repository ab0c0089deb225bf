"""The project's own table of media types: what the content origin says a file is, whatever the host knows.

Browsers are told not to guess (`nosniff`), so a script must be called a script and a font a font.
"""

from __future__ import annotations

DEFAULT = "application/octet-stream"

_TEXT = {
    "html htm xhtm shtml": "text/html",
    "xhtml xht": "application/xhtml+xml",
    "js mjs cjs jsx": "text/javascript",
    "css": "text/css",
    "txt log ini cfg conf md srt lrc nfo": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "vtt": "text/vtt",
    "xml xsl xsd dtd rng lom": "text/xml",
    "json map topojson geojson": "application/json",
    "webmanifest": "application/manifest+json",
    "jsonld": "application/ld+json",
    "svg": "image/svg+xml",
    "rtf": "application/rtf",
}

_BINARY = {
    "png": "image/png",
    "jpg jpeg jpe jfif": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "ico cur": "image/x-icon",
    "tif tiff": "image/tiff",
    "apng": "image/apng",
    "mp4 m4v f4v": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv",
    "mpg mpeg": "video/mpeg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg oga opus": "audio/ogg",
    "wav": "audio/wav",
    "weba": "audio/webm",
    "flac": "audio/flac",
    "wma": "audio/x-ms-wma",
    "mid midi": "audio/midi",
    "woff2": "font/woff2",
    "woff": "font/woff",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "wasm": "application/wasm",
    "pdf": "application/pdf",
    "swf": "application/x-shockwave-flash",
    "zip": "application/zip",
    "gz": "application/gzip",
    "epub": "application/epub+zip",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "ggb": "application/vnd.geogebra.file",
}

_TYPES = {
    extension: kind
    for table in (_TEXT, _BINARY)
    for names, kind in table.items()
    for extension in names.split()
}
_CHARSET_UTF8 = frozenset({"text/javascript", "application/json", "text/vtt", "application/manifest+json"})


def extension(path: str) -> str:
    """The lower-case extension of a path, without the dot; "" if there is none."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_type(path: str) -> str:
    """The media type of a package's file, by its extension alone.

    HTML, CSS and XML carry no charset: they declare their own, and old Vietnamese packages are not all UTF-8.
    """
    return _TYPES.get(extension(path), DEFAULT)


def content_type(kind: str) -> str:
    """The value of `Content-Type` for a media type: scripts and data are UTF-8."""
    return f"{kind}; charset=utf-8" if kind in _CHARSET_UTF8 else kind


def is_media(kind: str) -> bool:
    """Whether a player wants to seek in it, so that it must be served with `Range`."""
    return kind.startswith(("video/", "audio/")) and kind != "audio/midi"
