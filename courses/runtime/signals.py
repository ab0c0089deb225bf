"""News from the runtime to the apps at its right. Sent inside the transaction of the change."""

from django.dispatch import Signal

# attempt: Attempt -- its rolled-up outcome changed, or its time or progress reached what a rule waits for;
# the state rows and the attempt are saved and locked.
outcome_changed = Signal()
