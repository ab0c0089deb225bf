"""Addresses of the library on the site."""

from django.urls import path

from repository.views import (
    direct,
    lessons,
    library,
    mine,
    pictures,
    ratings,
    reports,
    review,
    review_bulk,
    upload,
    uploads,
)

app_name = "repository"
urlpatterns = [
    path("uploads/", uploads.creation, name="uploads"),
    path("uploads/direct/", direct.begin, name="uploads_direct"),
    path("uploads/<uuid:uid>/direct/", direct.state, name="upload_direct"),
    path("uploads/<uuid:uid>/direct/sign/", direct.sign, name="upload_sign"),
    path("uploads/<uuid:uid>/direct/complete/", direct.complete, name="upload_complete"),
    path("uploads/<uuid:uid>/", uploads.part, name="upload_part"),
    path("uploads/<uuid:uid>/check/", uploads.check, name="upload_check"),
    path("uploads/<uuid:uid>/drop/", uploads.drop, name="upload_drop"),
    path("lessons/", mine.mine, name="mine"),
    path("lessons/bulk/", mine.bulk, name="lessons_bulk"),
    path("lessons/restore/", mine.restore, name="restore"),
    path("lessons/upload/", upload.new_lesson, name="upload"),
    path("lessons/upload/<uuid:uid>/", upload.new_version, name="upload_version"),
    path("lessons/<uuid:uid>/", lessons.lesson, name="lesson"),
    path("lessons/<uuid:uid>/act/", lessons.act, name="lesson_act"),
    path("library/pictures/<uuid:uid>/", pictures.first_page, name="first_page"),
    path("library/pictures/<uuid:uid>/soon/", pictures.first_page_soon, name="first_page_soon"),
    path("review/", review.queue, name="review"),
    path("review/bulk/", review_bulk.review_bulk, name="review_bulk"),
    path("review/history/", review.history, name="review_history"),
    path("review/<uuid:uid>/", review.version, name="review_version"),
    path("library/<uuid:uid>/", library.resource, name="resource"),
    path("library/<uuid:uid>/download/", library.download, name="download"),
    path("library/<uuid:uid>/withdraw/", library.withdraw, name="withdraw"),
    path("library/<uuid:uid>/report/", reports.report, name="report"),
    path("library/<uuid:uid>/rate/", ratings.rate, name="rate"),
    path("library/<uuid:uid>/ratings/", ratings.listing, name="ratings"),
    path("library/<uuid:uid>/ratings/<uuid:rating>/", ratings.act, name="rating_act"),
    path("manage/reports/", reports.desk, name="reports"),
    path("manage/reports/<uuid:uid>/act/", reports.act, name="report_act"),
]
