"""MFA codes that are asked for while evwatch runs: the SDK's prompt would read the terminal behind the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evwatch.aws.errors import AwsError
from evwatch.model.fault import Fault

Prompter = Callable[[str], str]

_NEEDED = "the role needs an MFA code"
_HINT = "the dashboard asks for it, and again after ctrl+r; a command asks on a terminal"


def no_prompt(_: str) -> str:
    """Where nobody can be asked."""
    raise AwsError(Fault("credentials", _NEEDED, _HINT))


class MfaCodes:
    """The contexts that wait for a code, and the codes that an operator gave, each good for one use.

    A session of the SDK that finds no code fails at once; the next one, which the next reading makes, finds what was
    given meanwhile. So nothing ever waits for a person.
    """

    def __init__(self) -> None:
        self._wanted: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._used: set[str] = set()

    @property
    def wanted(self) -> Mapping[str, str]:
        """The device whose code is waited for, by context."""
        return self._wanted

    def refused(self, context: str) -> bool:
        """Whether a code was used for this context before: it was wrong, or its session has ended."""
        return context in self._used

    def give(self, context: str, code: str) -> None:
        """The code, for the next reading of this context. Others that wait may be served by the same session, so they
        ask anew if they still need one."""
        self._given[context] = code
        self._wanted.clear()

    def forget(self) -> None:
        """Ask again for what is still needed."""
        self._wanted.clear()

    def prompter(self, context: str) -> Prompter:
        """What the SDK calls for a code of this context."""

        def prompt(text: str) -> str:
            code = self._given.pop(context, "")
            if code:
                self._used.add(context)
                return code
            self._wanted[context] = text.removeprefix("Enter MFA code for ").strip().rstrip(":")
            raise AwsError(Fault("credentials", _NEEDED, _HINT, "", context), not_done=True)

        return prompt
