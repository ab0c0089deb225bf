"""Addresses of the library on the site."""

from django.urls import path

from repository.views import lessons, library, review, upload, uploads

app_name = "repository"
urlpatterns = [
    path("uploads/", uploads.creation, name="uploads"),
    path("uploads/<uuid:uid>/", uploads.part, name="upload_part"),
    path("uploads/<uuid:uid>/check/", uploads.check, name="upload_check"),
    path("lessons/", lessons.mine, name="mine"),
    path("lessons/upload/", upload.new_lesson, name="upload"),
    path("lessons/upload/<uuid:uid>/", upload.new_version, name="upload_version"),
    path("lessons/<uuid:uid>/", lessons.lesson, name="lesson"),
    path("lessons/<uuid:uid>/act/", lessons.act, name="lesson_act"),
    path("review/", review.queue, name="review"),
    path("review/<uuid:uid>/", review.version, name="review_version"),
    path("library/<uuid:uid>/", library.resource, name="resource"),
    path("library/<uuid:uid>/download/", library.download, name="download"),
    path("library/<uuid:uid>/withdraw/", library.withdraw, name="withdraw"),
]
