"""Loads the taxonomy; going back takes away what nothing refers to."""

from django.db import migrations

from repository.migrations import _taxonomy as data


def _terms(model, rows):
    """Writes (code, name) rows in their order; {code: row}. Rows that exist keep what was edited."""
    return {
        code: model.objects.get_or_create(code=code, defaults={"name": name, "position": place, **more})[0]
        for place, (code, name, more) in enumerate(rows, start=1)
    }


def _grade_code(grade):
    return f"lop-{grade}" if isinstance(grade, int) else grade


def load(apps, _editor):
    def model(name):
        return apps.get_model("repository", name)

    curricula = _terms(model("Curriculum"), [(code, name, {}) for code, name in data.CURRICULA])
    levels = _terms(
        model("Level"), [(code, name, {"short_name": short}) for code, name, short in data.LEVELS]
    )
    grades = _terms(
        model("Grade"),
        [
            (code, name, {"level": levels[level], "number": number})
            for code, name, level, number in data.GRADES
        ],
    )
    subjects = _terms(
        model("Subject"),
        [
            (code, name, {"curriculum": curricula[curriculum], "group": group, "sign": sign})
            for code, name, curriculum, group, sign, _due, _free in data.SUBJECTS
        ],
    )
    model("SubjectOffer").objects.bulk_create(
        [
            model("SubjectOffer")(
                subject=subjects[row[0]], grade=grades[_grade_code(grade)], compulsory=compulsory
            )
            for row in data.SUBJECTS
            for compulsory, offered in ((True, row[5]), (False, row[6]))
            for grade in offered
        ],
        ignore_conflicts=True,
    )
    _terms(model("ResourceType"), [(code, name, {}) for code, name in data.RESOURCE_TYPES])
    _terms(
        model("Licence"),
        [
            (code, name, {"allows_download": download, "url": url, "summary": summary})
            for code, name, download, url, summary in data.LICENCES
        ],
    )
    _terms(model("TextbookSeries"), [(code, name, {}) for code, name in data.TEXTBOOK_SERIES])


def _referred(apps, name):
    """Numbers of the terms that something refers to; where a subject is offered is no reason to keep it.

    By label and number: where every app goes to zero, models of two states are mixed,
    and what a model knows of its relations may belong to the other one.
    """
    label, kept = f"repository.{name.lower()}", set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower == "repository.subjectoffer":
            continue
        for field in model._meta.local_fields:
            if field.many_to_one and field.related_model._meta.label_lower == label:
                kept.update(model.objects.order_by().values_list(field.attname, flat=True).distinct())
    return kept


def unload(apps, editor):
    alias = editor.connection.alias
    offers = apps.get_model("repository", "SubjectOffer").objects
    tables = {
        "Subject": data.SUBJECTS,
        "Grade": data.GRADES,
        "Level": data.LEVELS,
        "Curriculum": data.CURRICULA,
        "ResourceType": data.RESOURCE_TYPES,
        "Licence": data.LICENCES,
        "TextbookSeries": data.TEXTBOOK_SERIES,
    }
    for name, rows in tables.items():
        terms = apps.get_model("repository", name).objects
        loaded = terms.filter(code__in=[row[0] for row in rows]).values_list("pk", flat=True)
        gone = sorted(set(loaded) - _referred(apps, name))
        if name in {"Subject", "Grade"}:
            offers.filter(**{f"{name.lower()}_id__in": gone})._raw_delete(alias)
        terms.filter(pk__in=gone)._raw_delete(alias)


class Migration(migrations.Migration):
    dependencies = [("repository", "0001_initial")]

    operations = [migrations.RunPython(load, unload)]
