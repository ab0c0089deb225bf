"""Questions of one process take turns."""

import threading
import time
from collections.abc import Callable

import pytest

from search.engines.turns import Turns


def begin(
    turns: Turns, gate: threading.Event, note: Callable[[int], None], count: int
) -> list[threading.Thread]:
    """Threads that ask for a turn one behind the other and keep it until the gate opens."""
    threads = []

    def work(number: int) -> None:
        with turns.turn():
            note(number)
            gate.wait(10)

    for number in range(count):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        threads.append(thread)
        until = time.monotonic() + 10
        while turns.asked <= number and time.monotonic() < until:
            time.sleep(0.001)
    return threads


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_than_so_many_at_once(at_once):
    turns, gate, begun = Turns(at_once), threading.Event(), []
    threads = begin(turns, gate, begun.append, 6)
    until = time.monotonic() + 10
    while len(begun) < at_once and time.monotonic() < until:
        time.sleep(0.001)
    assert sorted(begun) == list(range(at_once))
    gate.set()
    for thread in threads:
        thread.join(10)
    assert sorted(begun) == list(range(6))


def test_who_came_first_is_first():
    turns, gate, begun = Turns(1), threading.Event(), []
    threads = begin(turns, gate, begun.append, 6)
    gate.set()
    for thread in threads:
        thread.join(10)
    assert begun == list(range(6))


def test_a_turn_is_given_back_by_who_fails():
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), turns.turn():
            raise ValueError("broken")
    assert turns.asked == 0
