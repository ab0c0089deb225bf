"""Background work: what django-tasks-db leaves out. Retry, the tasks of dead workers, a schedule.

Apps define tasks in ``<app>/tasks.py`` with ``django_tasks.task``; arguments are ids, running one
twice is harmless. A task that raises is tried again with growing pauses, unless it raises a
Refusal, which is a verdict and not a fault. Work that comes round is declared in the same file
with ``accounts.work.schedule``.
"""
