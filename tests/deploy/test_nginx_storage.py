"""deploy/nginx before a real S3-compatible server: signed parts pass, nothing else does; and install.sh."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from repository.storage.place import Place
from repository.storage.presign import presign_part
from tests.deploy import nginx
from tests.deploy.nginx import CONTENT, SITE, STORAGE, Answer, Nginx
from tests.services import Bucket, absent, client_of

pytestmark = pytest.mark.slow
MB = 1024 * 1024
PART = random.Random(7).randbytes(10 * MB)
KEY = "incoming/0190a0f2-0000-7000-8000-000000000001"
PAGES = {"Origin": f"https://{SITE}"}


@pytest.fixture(scope="module")
def front(s3: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("storage")
    made = nginx.write(folder, folder / "static", [1], [1], urlsplit(s3.endpoint).port or 0)
    with nginx.running(made):
        yield made


@pytest.fixture(scope="module")
def client(s3: Bucket) -> Iterator[Any]:
    with client_of(s3) as made:
        rule = {"AllowedOrigins": [PAGES["Origin"]], "AllowedMethods": ["PUT"], "ExposeHeaders": ["ETag"]}
        made.put_bucket_cors(Bucket=s3.bucket, CORSConfiguration={"CORSRules": [rule]})
        yield made


@pytest.fixture
def upload(s3: Bucket, client: Any) -> str:
    return str(client.create_multipart_upload(Bucket=s3.bucket, Key=KEY)["UploadId"])


def signed(s3: Bucket, front: Nginx, upload: str, *, age: int = 0, **changed: str) -> str:
    """Path and query of the address that a browser gets for the first part."""
    where = Place(f"https://{STORAGE}:{front.port}", s3.bucket, s3.access_key, s3.secret_key, s3.region)
    at = datetime.now(UTC) - timedelta(seconds=age)
    url = urlsplit(
        presign_part(
            replace(where, **changed),
            key=KEY,
            multipart=upload,
            number=1,
            length=len(PART),
            at=at,
            seconds=900,
        )
    )
    return f"{url.path}?{url.query}"


def put(front: Nginx, path: str, body: bytes = PART, **headers: str) -> Answer:
    return front.ask(path, host=STORAGE, method="PUT", body=body, **PAGES, **headers)


def stored(s3: Bucket, client: Any, upload: str) -> list[int]:
    told = client.list_parts(Bucket=s3.bucket, Key=KEY, UploadId=upload)
    return [part["Size"] for part in told.get("Parts", [])]


def test_a_signed_part_of_ten_megabytes_arrives(s3, client, front, upload):
    answer = put(front, signed(s3, front, upload))
    assert answer.status == 200, answer.body
    assert answer.headers["Access-Control-Allow-Origin"] == PAGES["Origin"]
    parts = [{"PartNumber": 1, "ETag": answer.headers["ETag"]}]
    client.complete_multipart_upload(
        Bucket=s3.bucket, Key=KEY, UploadId=upload, MultipartUpload={"Parts": parts}
    )
    assert client.get_object(Bucket=s3.bucket, Key=KEY)["Body"].read() == PART


def test_it_arrives_by_http2_as_browsers_send_it(s3, client, front, upload, tmp_path):
    if not (program := shutil.which("curl")):
        absent("curl is not installed")
    (tmp_path / "part").write_bytes(PART)
    url = f"https://{STORAGE}:{front.port}{signed(s3, front, upload)}"
    command = [program, "--silent", "--insecure", "--http2", "--upload-file", str(tmp_path / "part"), url]
    command += ["--resolve", f"{STORAGE}:{front.port}:127.0.0.1", "--noproxy", "*"]
    command += ["--write-out", "%{http_version} %{http_code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "2 200"
    assert stored(s3, client, upload) == [len(PART)]


def test_a_page_of_the_site_may_ask_first(s3, front, upload, client):
    asked = {"Access-Control-Request-Method": "PUT", **PAGES}
    answer = front.ask(signed(s3, front, upload), host=STORAGE, method="OPTIONS", **asked)
    assert answer.status in {200, 204}
    assert answer.headers["Access-Control-Allow-Origin"] == PAGES["Origin"]


@pytest.mark.parametrize("wrong", ["signature", "key", "late", "host"])
def test_a_wrong_part_is_refused(s3, client, front, upload, wrong):
    changed = {"host": {"endpoint": "https://elsewhere.example"}, "signature": {"secret_key": "wrong"}}
    path = signed(s3, front, upload, age=3600 if wrong == "late" else 0, **changed.get(wrong, {}))
    if wrong == "key":
        path = path.replace("000000000001?", "000000000002?")
    # A server that hangs up on a long body becomes a 502 here; of a short one its own word is heard.
    assert put(front, path, PART[:1000]).status == 403
    assert put(front, path).status in {403, 502}
    assert stored(s3, client, upload) == []


@pytest.mark.parametrize("body", [PART[:1000], PART[:-1], PART + b"x"], ids=len)
def test_a_part_of_another_length_is_refused(s3, client, front, upload, body):
    assert put(front, signed(s3, front, upload), body).status in {400, 403, 502}
    assert stored(s3, client, upload) == []


@pytest.mark.parametrize(
    "path", ["/", "/{bucket}", "/{bucket}/blobs/ab/x", "/{bucket}/incoming/../blobs/ab/x"]
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_the_rest_of_the_bucket_is_not_there(s3, front, method, path):
    answer = front.ask(path.format(bucket=s3.bucket), host=STORAGE, method=method, body=b"x")
    assert (answer.status, answer.headers["Server"][:5]) == (404, "nginx")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_arrives_is_only_written(s3, front, method):
    answer = front.ask(f"/{s3.bucket}/{KEY}", host=STORAGE, method=method)
    assert (answer.status, answer.headers["Server"][:5]) == (403, "nginx")


ADDRESSES = (
    "HOCLIEU_SITE_URL=https://hoc.tinh.vn\n#HOCLIEU_CONTENT_URL=https://no.vn\n"
    'HOCLIEU_CONTENT_URL="https://hoc-bai.tinh.vn/"\n'
)


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "hoclieu.env"
    path.write_text(ADDRESSES, encoding="utf-8")
    return path


def written(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted((folder / "conf.d").iterdir()))


def test_names_come_from_the_settings(tmp_path, settings_file):
    done = nginx.install(tmp_path, {}, str(settings_file))
    assert done.returncode == 0, done.stderr
    text = written(tmp_path)
    assert "server_name hoc.tinh.vn hoc-bai.tinh.vn;" in text
    assert "server_name hoc-bai.tinh.vn;" in text
    assert "example.vn" not in text
    assert "hoclieu_storage" not in text


def test_the_storage_needs_an_address_and_a_certificate(tmp_path, settings_file):
    settings_file.write_text(ADDRESSES + "HOCLIEU_S3_PUBLIC_ENDPOINT=https://kho.tinh.vn\n", encoding="utf-8")
    assert "not answered here" in nginx.install(tmp_path, {}, str(settings_file)).stdout
    assert "server_name kho.tinh.vn;" not in written(tmp_path)
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "storage.pem").touch()
    nginx.install(tmp_path, {}, str(settings_file))
    assert "server_name kho.tinh.vn;" in written(tmp_path)
    assert "server_name hoc.tinh.vn hoc-bai.tinh.vn kho.tinh.vn;" in written(tmp_path)


def test_the_second_time_leaves_the_installations_own_processes(tmp_path, settings_file):
    nginx.install(tmp_path, {}, str(settings_file))
    own = tmp_path / "hoclieu" / "upstreams.conf"
    own.write_text("# ours\n", encoding="utf-8")
    (tmp_path / "hoclieu" / "proxy.conf").write_text("# old\n", encoding="utf-8")
    nginx.install(tmp_path, {}, str(settings_file))
    assert own.read_text() == "# ours\n"
    assert "proxy_http_version" in (tmp_path / "hoclieu" / "proxy.conf").read_text()


def test_processes_of_an_older_version_are_told_what_they_lack(tmp_path, settings_file):
    nginx.install(tmp_path, {}, str(settings_file))
    (tmp_path / "hoclieu" / "upstreams.conf").write_text("# ours\n", encoding="utf-8")
    settings_file.write_text(ADDRESSES + "HOCLIEU_S3_PUBLIC_ENDPOINT=https://kho.tinh.vn\n", encoding="utf-8")
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "storage.pem").touch()
    done = nginx.install(tmp_path, {}, str(settings_file))
    assert done.returncode == 2
    assert "hoclieu_storage" in done.stderr


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"HOCLIEU_SITE_URL": f"https://{SITE}"}, "HOCLIEU_CONTENT_URL"),
        (
            {"HOCLIEU_SITE_URL": "https://a b;", "HOCLIEU_CONTENT_URL": f"https://{CONTENT}"},
            "HOCLIEU_SITE_URL",
        ),
    ],
)
def test_a_name_that_is_none_is_refused(tmp_path, names, said):
    done = nginx.install(tmp_path, names)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "conf.d").exists()
