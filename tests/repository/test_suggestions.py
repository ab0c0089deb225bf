"""What type a file is suggested to have, and what the upload page makes of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.demo import packages
from repository.models import LearningResource
from repository.suggestions import type_of
from tests.repository.helpers import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("phan-so.zip", "e-learning"),
        ("BAI.PDF", "tham-khao"),
        ("Phiếu_bài_tập số 3.pdf", "cau-hoi"),
        ("Đề kiểm tra giữa kì.pdf", "de-thi"),
        ("khbd-toan5.pdf", "giao-an"),
        ("so-do.png", "tham-khao"),
        ("doc-mau.mp3", "da-phuong-tien"),
        ("bai giang.mp4", "video"),
        ("không đuôi", "e-learning"),
    ],
)
def test_type_by_file(name, code):
    assert type_of(name) == code


@pytest.mark.parametrize(("chosen", "code"), [("", "cau-hoi"), ("giao-an", "giao-an")])
def test_the_server_suggests_unless_the_author_chose(world, chosen, code):
    file = SimpleUploadedFile("Phiếu ôn tập.pdf", packages.build("worksheet_pdf"))
    fields = {"type": chosen, "licence": "cc-by", "act": "save", "file": file}
    response = signed_in(world.teacher).post(reverse("repository:upload"), fields)
    assert response.status_code == 302
    assert LearningResource.objects.get().type.code == code


def test_the_form_begins_by_each_file(world):
    page = signed_in(world.teacher).get(reverse("repository:upload")).content.decode()
    assert '<option value="" selected>Theo từng tệp</option>' in page
