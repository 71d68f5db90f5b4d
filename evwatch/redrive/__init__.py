"""Acting on dead letters: plan, send, delete, and a journal on disk that outlives whatever happens meanwhile.

What the rest of evwatch may import stands beside this file: `redriver` for runs of messages, `switching` for consumers
and rules, `control` to steer a run, `folder`, `files`, `editing` and `documents` for what goes in and what comes out.
Within, a run goes one way: `planning` works out what it would do; `running` carries one turn of it out, by the `engine`
that moves messages or by SQS itself; `targets` are where they go; and the `journal` has it on disk before it is done.
"""
