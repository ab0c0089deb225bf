"""Copies the bucket into a folder and back: `objects.py save|load FOLDER`; `objects.py check` only looks.

Settings come from the environment. What is there already with the same size is not copied again: an object
is never changed once it is written. Parts of uploads that are still on their way are left out.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

KEPT = ("blobs/", "media/")
AT_ONCE = 8


def bucket() -> Any:
    """The bucket of HOCLIEU_S3_…; ends the process with the name of what is missing."""
    names = ("ENDPOINT", "BUCKET", "ACCESS_KEY", "SECRET_KEY")
    given = {name: os.environ.get(f"HOCLIEU_S3_{name}", "") for name in names}
    if missing := [name for name, value in given.items() if not value]:
        raise SystemExit(f"HOCLIEU_S3_{missing[0]} is missing.")
    store = boto3.resource(
        "s3",
        endpoint_url=given["ENDPOINT"],
        aws_access_key_id=given["ACCESS_KEY"],
        aws_secret_access_key=given["SECRET_KEY"],
        region_name=os.environ.get("HOCLIEU_S3_REGION") or "us-east-1",
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=2 * AT_ONCE),
    )
    return store.Bucket(given["BUCKET"])


def look(target: Any) -> None:
    """Ends the process with a sentence where the bucket cannot be used as the settings have it."""
    try:
        target.meta.client.list_objects_v2(Bucket=target.name, MaxKeys=1)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "NoSuchBucket":
            raise SystemExit(
                f"There is no bucket {target.name}: make it, private, or correct HOCLIEU_S3_BUCKET."
            ) from None
        raise SystemExit(
            f"The storage refuses the bucket {target.name} ({code}): look at HOCLIEU_S3_ACCESS_KEY and "
            "HOCLIEU_S3_SECRET_KEY."
        ) from None
    except BotoCoreError as error:
        raise SystemExit(f"The storage does not answer ({error}): look at HOCLIEU_S3_ENDPOINT.") from None


def kept(source: Any) -> dict[str, int]:
    """Key → size of what is to be kept."""
    listed = (entry for prefix in KEPT for entry in source.objects.filter(Prefix=prefix))
    return {entry.key: entry.size for entry in listed if ".." not in entry.key.split("/")}


def save(source: Any, folder: Path) -> int:
    def fetch(key: str) -> None:
        target = folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        arriving = target.with_name(f"{target.name}.part")
        source.download_file(key, str(arriving))
        arriving.replace(target)

    def is_there(key: str, size: int) -> bool:
        target = folder / key
        return target.is_file() and target.stat().st_size == size

    return _each(fetch, [key for key, size in kept(source).items() if not is_there(key, size)])


def load(target: Any, folder: Path) -> int:
    there = kept(target)
    files = {
        path.relative_to(folder).as_posix(): path
        for prefix in KEPT
        for path in (folder / prefix).rglob("*")
        if path.is_file() and path.suffix != ".part"
    }
    missing = [key for key, path in files.items() if there.get(key) != path.stat().st_size]
    return _each(lambda key: target.upload_file(str(files[key]), key), missing)


def _each(copy: Any, keys: list[str]) -> int:
    """Copies them all, several at once; the first that fails ends it with its error."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _done in threads.map(copy, keys):
            pass
    return len(keys)


def main(arguments: list[str]) -> int:
    verbs = {"save": save, "load": load}
    if arguments == ["check"]:
        look(bucket())
        return 0
    if len(arguments) != 2 or arguments[0] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    place = bucket()
    look(place)
    folder = Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Objects copied: {verbs[arguments[0]](place, folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
