"""Subjects, grades, levels, types and licences: loaded by migration, edited by administrators."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.terms import data_name


class Term(models.Model):
    """A code that data refers to and a name that people read."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return data_name(self.name)


class Curriculum(Term):
    """2006, 2018, early childhood, continuing education."""

    class Meta(Term.Meta):
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")


class Level(Term):
    """mn, th, thcs, thpt, gdtx."""

    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")

    class Meta(Term.Meta):
        verbose_name = _("level")
        verbose_name_plural = _("levels")


class Grade(Term):
    """A grade ("Lớp 5") or, in early childhood, an age group ("Mẫu giáo 5–6 tuổi")."""

    level = models.ForeignKey(Level, models.PROTECT, related_name="grades")
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("grade")
        verbose_name_plural = _("grades")


class Subject(Term):
    """A subject of one curriculum. ``group`` and ``sign`` choose its colour and picture."""

    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="subjects")
    group = models.CharField(
        _("group"),
        max_length=10,
        default="life",
        choices=[
            ("math", _("Mathematics and technology")),
            ("words", _("Languages")),
            ("science", _("Science")),
            ("society", _("Society")),
            ("arts", _("Arts")),
            ("life", _("Life skills")),
        ],
    )
    sign = models.CharField(_("sign"), max_length=30, blank=True, default="")

    class Meta(Term.Meta):
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")


class SubjectOffer(models.Model):
    """A subject is taught in a grade, by duty or by choice."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="offers", verbose_name=_("subject"))
    grade = models.ForeignKey(Grade, models.CASCADE, related_name="offers", verbose_name=_("grade"))
    compulsory = models.BooleanField(_("compulsory"), default=True)

    class Meta:
        verbose_name = _("subject of a grade")
        verbose_name_plural = _("subjects by grade")
        constraints = [models.UniqueConstraint(fields=["subject", "grade"], name="subjectoffer_once")]

    def __str__(self) -> str:
        return f"{self.subject}, {self.grade}"


class ResourceType(Term):
    """E-lesson, video, simulation, question set …"""

    class Meta(Term.Meta):
        verbose_name = _("resource type")
        verbose_name_plural = _("resource types")


class Licence(Term):
    """What others may do with a resource."""

    allows_download = models.BooleanField(_("allows download"), default=True)
    url = models.URLField(_("address"), blank=True, default="")
    summary = models.CharField(_("summary"), max_length=200, blank=True, default="")

    class Meta(Term.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")


class TextbookSeries(Term):
    """Bộ sách."""

    class Meta(Term.Meta):
        verbose_name = _("textbook series")
        verbose_name_plural = _("textbook series")
