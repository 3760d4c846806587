"""Reading variables: what cannot be read ends the start with a sentence that names the variable, not a traceback.

An empty variable is one that is not set: compose and systemd pass empty ones on. A value is what stands there; the
library's own way of writing `$NAME` for another variable would garble passwords that begin with a dollar.
"""

import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import environ

YES_AND_NO = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Environment(environ.Env):
    """django-environ, strict and without references. No sentence holds a value, which may be a password."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__()
        given = os.environ if variables is None else variables
        self.ENVIRON = {name: value for name, value in given.items() if value.strip()}

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        value = self.ENVIRON.get(var)
        if cast is bool and value is not None:
            if value.strip().lower() not in YES_AND_NO:
                raise _unreadable(var, "write 1 or 0")
            return YES_AND_NO[value.strip().lower()]
        if cast in (str, None) and value is not None:
            return value
        try:
            return super().get_value(var, cast=cast, default=default, parse_default=parse_default)
        except (ValueError, TypeError) as error:
            raise _unreadable(var, "it is no number") from error

    def count(self, var: str) -> int:
        """How many: a digit, where yes is one and no is none."""
        value = self.str(var, default="0").strip().lower()
        if value in YES_AND_NO:
            return int(YES_AND_NO[value])
        if len(value) == 1 and value in "23456789":
            return int(value)
        raise _unreadable(var, "write 0, 1 or how many")

    def address(self, var: str, default: str, parse: Callable[[str], Mapping[str, Any]], needs: str) -> dict[str, Any]:
        """An address of a server (`scheme://user:password@host:port/name`), read by one of the library's readers.

        `needs` is what the reader finds in every address that it understands: the dotted name of a module.
        """
        try:
            with warnings.catch_warnings(action="ignore"):  # they would show the password
                found = dict(parse(self.str(var, default=default)))
        except Exception as error:  # the library raises whatever its parts raise
            raise _unreadable(var, "it is no address such as scheme://user:password@host:port/name") from error
        if "." not in str(found.get(needs, "")):
            raise _unreadable(var, "it is no address such as scheme://user:password@host:port/name")
        return found

    def database(self, var: str, default: str, password: str) -> dict[str, Any]:
        """With a password from a variable of its own, as it is: in an address / @ # would be %2F %40 %23."""
        found = self.address(var, default, self.db_url_config, needs="ENGINE")
        return found | {"PASSWORD": found.get("PASSWORD") or password}


def _unreadable(var: str, why: str) -> SystemExit:
    return SystemExit(f"{var} cannot be read: {why}. docs/configuration.md says what it takes.")
