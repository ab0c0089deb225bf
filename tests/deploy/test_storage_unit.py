"""What hoclieu-storage.service runs: a server with the bucket and the keys of the settings."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from deploy.dev import software
from tests.ports import free_ports
from tests.services import Bucket, absent, client_of

UNIT = Path(__file__).resolve().parents[2] / "deploy" / "systemd" / "hoclieu-storage.service"
KEYS = {
    "HOCLIEU_S3_BUCKET": "bai-hoc",
    "HOCLIEU_S3_ACCESS_KEY": "nguoi",
    "HOCLIEU_S3_SECRET_KEY": "bi mat $1 '2",
}


def words() -> list[str]:
    """The command as systemd hands it over."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(UNIT)
    program, option, script = parser["Service"]["ExecStart"].split(" ", 2)
    assert script[0] == script[-1] == "'"
    return [program, option, script[1:-1].replace("$$", "$")]


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    if not software.versitygw().exists():
        absent("versitygw is not there: make services brings it")
    [port] = free_ports(1)
    listen = f"127.0.0.1:{port}"
    path = f"{software.versitygw().parent}:{os.environ['PATH']}"
    environment = {**KEYS, "PATH": path, "FOLDER": str(tmp_path), "LISTEN": listen}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words(), env=environment, cwd=tmp_path, **quiet) as process:  # type: ignore[call-overload]
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        try:
            access, secret = KEYS["HOCLIEU_S3_ACCESS_KEY"], KEYS["HOCLIEU_S3_SECRET_KEY"]
            yield Bucket(f"http://{listen}", KEYS["HOCLIEU_S3_BUCKET"], access, secret, "us-east-1")
        finally:
            process.send_signal(signal.SIGTERM)


def test_the_bucket_is_there_for_who_has_the_keys(bucket, tmp_path):
    with client_of(bucket) as client:
        client.put_object(Bucket=bucket.bucket, Key="blobs/ab/x", Body=b"abc")
        assert client.get_object(Bucket=bucket.bucket, Key="blobs/ab/x")["Body"].read() == b"abc"
    assert (tmp_path / "bai-hoc" / "blobs" / "ab" / "x").is_file()
    stranger = Bucket(bucket.endpoint, bucket.bucket, bucket.access_key, "wrong", bucket.region)
    with client_of(stranger) as client, pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client.list_objects_v2(Bucket=bucket.bucket)


@pytest.mark.parametrize("missing", sorted(KEYS))
def test_without_a_bucket_or_a_key_it_does_not_start(tmp_path, missing):
    environment = {
        **KEYS,
        missing: "",
        "PATH": os.environ["PATH"],
        "FOLDER": str(tmp_path),
        "LISTEN": "nowhere",
    }
    done = subprocess.run(words(), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode
    assert missing in done.stderr
