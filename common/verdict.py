"""The answer of a permission question: yes or no, and the reason a person can read."""

from dataclasses import dataclass

from common.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed. `reason` is a translated sentence, shown when it is not."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise NotPermitted with the reason unless allowed."""
        if not self.allowed:
            raise NotPermitted(self.reason)


ALLOWED = Verdict(True)


def refused(reason: object) -> Verdict:
    """A refusal; `reason` may be a lazy translation."""
    return Verdict(False, str(reason))
