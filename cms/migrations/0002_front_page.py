"""Puts our front page where Wagtail's welcome page stood, and the list of news below it."""

import uuid

from django.conf import settings
from django.db import migrations
from django.utils import timezone

HOME = {"title": "Trang chủ", "hero": "Bài giảng hay của thầy cô, dùng chung cho cả tỉnh"}
SEARCHES = "phân số lớp 5\nquang hợp\nôn tập học kì I\nKHTN 7"
NEWS_TITLE = "Tin tức và văn bản"


def _content_type(apps, model):
    types = apps.get_model("contenttypes", "ContentType")
    return types.objects.get_or_create(app_label="cms", model=model)[0]


def _child_row(model, page, **fields):
    """Only the row of the inherited table: the page itself is there already."""
    row = model(page_ptr_id=page.pk, **fields)
    row.save_base(raw=True, force_insert=True)


def forwards(apps, schema_editor):
    page_model = apps.get_model("wagtailcore", "Page")
    site_model = apps.get_model("wagtailcore", "Site")
    home_model = apps.get_model("cms", "HomePage")
    news_model = apps.get_model("cms", "NewsIndexPage")
    if home_model.objects.exists():
        return
    home = page_model.objects.filter(depth=2).order_by("path").first()
    now = timezone.now()
    home.content_type = _content_type(apps, "homepage")
    home.title = home.draft_title = HOME["title"]
    home.numchild = 1
    home.first_published_at = home.last_published_at = now
    home.save()
    _child_row(home_model, home, hero=HOME["hero"], searches=SEARCHES)
    news = page_model.objects.create(
        title=NEWS_TITLE,
        draft_title=NEWS_TITLE,
        slug="news",
        path=f"{home.path}0001",
        depth=3,
        url_path=f"{home.url_path}news/",
        content_type=_content_type(apps, "newsindexpage"),
        locale_id=home.locale_id,
        translation_key=uuid.uuid4(),
        first_published_at=now,
        last_published_at=now,
        live=True,
    )
    _child_row(news_model, news)
    site = site_model.objects.filter(is_default_site=True).first() or site_model(is_default_site=True)
    host, _, port = settings.SITE_URL.split("://")[1].partition(":")
    site.hostname = host
    site.port = int(port or (443 if settings.HTTPS else 80))
    site.site_name = "Học liệu"
    site.root_page = home
    site.save()


def backwards(apps, schema_editor):
    page_model = apps.get_model("wagtailcore", "Page")
    types = apps.get_model("contenttypes", "ContentType")
    home_model = apps.get_model("cms", "HomePage")
    for home in home_model.objects.all():
        below = list(
            page_model.objects.filter(path__startswith=home.path, depth__gt=2).values_list("pk", flat=True)
        )
        for name in ("NewsPage", "NewsIndexPage", "InfoPage", "HomePage"):
            rows = apps.get_model("cms", name).objects.filter(pk__in=[*below, home.pk])
            rows._raw_delete(schema_editor.connection.alias)  # not the page, which is changed back below
        page_model.objects.filter(pk__in=below).delete()
        plain = types.objects.get(app_label="wagtailcore", model="page")
        page_model.objects.filter(pk=home.pk).update(content_type=plain, numchild=0)


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_portal_pages"), ("wagtailcore", "0054_initial_locale")]

    operations = [migrations.RunPython(forwards, backwards)]
