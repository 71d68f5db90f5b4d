"""Where each key of the dashboard has something to do, and which keys no tour can press."""

from __future__ import annotations

from tests.faults.walker import Way

ELSEWHERE_PROVED = {
    "suspend": ("tests/ui/test_suspending.py", "ctrl+z"),
    "mfa.later": ("tests/ui/test_mfa.py", "escape"),
}
"""Keys that no tour can press, and where they are: a shell has to stand behind, a role to want a code."""
ACTING_ALONE = {
    "plan.again",
    "plan.all-the-same",
    "plan.back",
    "plan.begin",
    "plan.change",
    "plan.copy",
    "plan.json",
    "plan.next-panel",
    "run.pause",
    "value.no",
}
"""Read-only opens no plan, and has no run under way."""
ACTS = {
    "flow.operate",
    "letters.delete",
    "letters.edit",
    "letters.redrive",
    "redrive",
    "resource.operate",
    "run.cancel",
    "run.forget",
    "run.resume",
    "run.send-undecided",
    "run.undo",
    "sure.no",
    "sure.yes",
    "typed.no",
}
"""What these lead to differs where one may act; so they are pressed in both tours."""

_OVERVIEW: Way = (("1", "Queues"), ("colon", "jump to"), ("'orders-dlq'", "Chart  orders-dlq"))
_DEAD: Way = (*_OVERVIEW, ("d", "orders-dlq"), ("g", "-reading|releasing"))
_ASKED: Way = (*_DEAD, ("ctrl+r", "read all"))
_ANEW: Way = (*_ASKED, ("3", "12, complete"), ("g", "-reading|releasing"))
_LOOKED: Way = (*_OVERVIEW, ("d", "12, complete"))
LOOK: Way = (*_OVERVIEW, ("d", "read all"), ("3", "12, complete"))
"""First of all, so that there is something to see wherever one goes."""
_RUNS: Way = (("1", "Queues"), ("6", "doubtful-dlq"))
_DOUBTFUL: Way = (*_RUNS, ("G", ""), ("enter", "redrive of doubtful-dlq"))
_GONE: Way = (*_RUNS, ("G", ""), ("k", ""), ("enter", "delete of gone-dlq"))
_LEFT: Way = (*_RUNS, ("G", ""), ("k", ""), ("k", ""), ("enter", "redrive of left-dlq"))
_FLOW: Way = (("1", "Queues"), ("2", "Findings"))

READING_WAYS: dict[str, Way] = {
    "before another look": _ASKED,
    "dead letters": _ANEW,
    "groups": (*_LOOKED, ("j", "")),
    "a message": (*_LOOKED, ("j", ""), ("enter", "")),
    "overview": _OVERVIEW,
    "filter": (("1", "Queues"), ("slash", "filter")),
    "alarms": (("1", "Queues"), ("4", "watches")),
    "chart": (*_OVERVIEW, ("v", "read values")),
    "values of the chart": (*_OVERVIEW, ("v", "read values"), ("left", "-read values")),
    "chart of an alarm": (("1", "Queues"), ("4", "watches"), ("v", "")),
    "document": (("1", "Queues"), ("y", "{")),
    "hand-over": (("1", "Queues"), ("H", "hand-over")),
    "flow": _FLOW,
    "resource": (*_FLOW, ("g", ""), ("enter", "m more charts")),
    "logs": (*_OVERVIEW, ("l", "searched")),
    "jump": (("1", "Queues"), ("colon", "jump to")),
    "runs": _RUNS,
    "what is undecided": _DOUBTFUL,
    "a delete": _GONE,
    "a run of SQS's own": _LEFT,
    "ended": (*_LEFT, ("x", "safe point"), ("y", "read-only")),
}
"""Every key but those of `ACTING_ALONE`; those that act, too, which say why they do not."""

_PLANNED: Way = (*_LOOKED, ("r", "what it takes"))
_BEGUN: Way = (
    *_PLANNED,
    ("g", ""),
    ("j", ""),
    ("enter", "a second at most"),
    ("'1'", "at most 1 message"),
    ("G", ""),
    ("k", ""),
    ("enter", "Who moves the messages"),
    ("'journal'", "as asked"),
    ("b", "Type orders-dlq"),
    ("'orders-dlq'", "under way"),
    ("p", "paused"),
)
ACTING_WAYS: dict[str, Way] = {
    "what is undecided": _DOUBTFUL,
    "a delete": _GONE,
    "a run of SQS's own": _LEFT,
    "overview": _OVERVIEW,
    "flow": _FLOW,
    "resource": (*_FLOW, ("g", ""), ("enter", "m more charts")),
    "plan": _PLANNED,
    "a value of the plan": (*_PLANNED, ("enter", "")),
    "groups": (*_LOOKED, ("j", "")),
    "no dead letters": (("1", "Queues"), ("colon", "jump to"), ("'mails'", "Chart  mails"), ("r", "all the same")),
    "a run": _BEGUN,
    "a run that was ended": (*_LOOKED, ("r", "paused"), ("x", "safe point"), ("y", "cancelled")),
}
"""What is left, and what acts. Runs of before are the last of the list, whatever was begun here."""
