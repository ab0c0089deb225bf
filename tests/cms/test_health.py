"""Health addresses of both processes, and the database of the tests itself."""

import pytest
from django.test import Client, override_settings


@pytest.mark.django_db
def test_site_answers():
    response = Client(SERVER_NAME="localhost").get("/health/")
    assert response.status_code == 200
    assert response.json() == {"process": "site", "database": True}


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="cms.urls_content", MIDDLEWARE=[], PROCESS="content")
def test_content_answers_without_cookies():
    response = Client(SERVER_NAME="127.0.0.1").get("/health/")
    assert response.json()["process"] == "content"
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.usefixtures("database_gone")
def test_broken_database_is_told():
    response = Client(SERVER_NAME="localhost").get("/health/")
    assert response.status_code == 503
    assert response.json() == {"process": "site", "database": False}


@pytest.mark.django_db(transaction=True)
def test_real_transactions_leave_rows_for_the_next_test():
    from accounts.models import User

    User.objects.create_user("left-behind", password="x")
    assert User.objects.count() >= 1


@pytest.mark.django_db(transaction=True)
def test_the_next_test_starts_clean():
    from django.contrib.contenttypes.models import ContentType

    from accounts.models import User

    assert not User.objects.filter(username="left-behind").exists()
    assert ContentType.objects.exists()
