"""Addresses of the learning record store on the content origin.

An address may have two slashes in the middle: programs join what ends in one and what begins with one.
"""

from django.urls import re_path

from courses.runtime.cmi5 import views

app_name = "xapi"
urlpatterns = [
    re_path(r"^xapi/fetch/(?P<secret>[\w-]{10,100})/$", views.fetch, name="fetch"),
    re_path(r"^xapi/left/$", views.left, name="left"),
    re_path(r"^xapi/{1,2}about/?$", views.about, name="about"),
    re_path(r"^xapi/{1,2}statements/?$", views.statements, name="statements"),
    re_path(r"^xapi/{1,2}activities/state/?$", views.state, name="state"),
    re_path(r"^xapi/{1,2}activities/profile/?$", views.activity_profile, name="activity_profile"),
    re_path(r"^xapi/{1,2}activities/?$", views.activities, name="activities"),
    re_path(r"^xapi/{1,2}agents/profile/?$", views.agent_profile, name="agent_profile"),
    re_path(r"^xapi/{1,2}agents/?$", views.agents, name="agents"),
]
