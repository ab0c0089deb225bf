"""The mail about saved searches: once a day who is due is found, then each person is told apart."""

from __future__ import annotations

from datetime import date, time

from django_tasks import task

from accounts.work import schedule
from search.saved import actions, news
from search.saved.models import SavedSearch


@task()
def tell_of_searches(day: str) -> int:
    """Plants a task for each person about whose searches mail is due; returns how many."""
    actions.forget_deleted()
    due = SavedSearch.objects.due_on(date.fromisoformat(day)).order_by("user")
    people = list(due.values_list("user", flat=True).distinct())
    for user_id in people:
        tell_person.enqueue(user_id)
    return len(people)


@task()
def tell_person(user_id: int) -> int:
    """Mails one person; nothing where nothing is new."""
    return news.tell_person(user_id)


schedule.daily(tell_of_searches, at=time(6, 30))
