"""A deadline tells how much time is left; what becomes of a judge that overruns is told in test_judging."""

from frameworth.deadline import Deadline


def test_a_deadline_counts_down_by_the_clock_it_was_given():
    now = [100.0]
    deadline = Deadline.after(2.5, lambda: now[0])
    assert (deadline.left, deadline.is_over) == (2.5, False)
    now[0] = 102.5
    assert (deadline.left, deadline.is_over) == (0.0, False)
    now[0] = 103.0
    assert (deadline.left, deadline.is_over) == (0.0, True)


def test_never_does_not_come():
    assert Deadline.never().left == float("inf")
    assert not Deadline.never().is_over
