"""The library's pages: who sees what, what a form keeps, how many queries a list takes."""

from __future__ import annotations

from django.urls import reverse


def test_smoke(world, client, submitted, lesson, django_assert_max_num_queries):
    client.force_login(world.teacher)
    for url in (
        reverse("repository:upload"),
        reverse("repository:mine"),
        reverse("repository:lesson", args=[lesson.uid]),
        reverse("repository:upload_version", args=[lesson.uid]),
    ):
        response = client.get(url)
        assert response.status_code == 200, url
    client.force_login(world.reviewer)
    for url in (reverse("repository:review"), reverse("repository:review_version", args=[submitted.uid])):
        assert client.get(url).status_code == 200
    from repository import actions

    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    client.force_login(world.plain)
    assert client.get(reverse("repository:resource", args=[lesson.uid])).status_code == 200
