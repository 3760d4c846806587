"""Refusals that services raise; each carries one sentence written for the person at the screen."""


class Refusal(Exception):
    """A service said no. `str(error)` is a translated sentence: what happened, what to do next."""

    status = 400

    def __init__(self, message: object) -> None:
        super().__init__(str(message))


class NotPermitted(Refusal):
    """This person may not do this (HTTP 403)."""

    status = 403


class Conflict(Refusal):
    """Not possible in the present state: too late, already done, changed meanwhile (HTTP 409)."""

    status = 409


class Invalid(Refusal):
    """The input does not make sense together; views show it beside the form (HTTP 422)."""

    status = 422
