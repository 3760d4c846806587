"""What is confirmed is what was shown, and what is saved was opened as it stands (ADR 72).

A page of an act that cannot be taken back, or of a form that edits something, carries a token in the
field `shown`: the facts it showed, signed together with the act, the object and the person. The service
computes the same facts again under its lock; where one differs it raises `Changed`, and the page comes
back (409) with the state as it is now, what differs in words, and all that was typed. Facts are values
(numbers, states, texts), never HTML and never words of a language: words travel beside them only to say
later what has changed.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, cast

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from common.canonical import canonical_json, plain
from common.errors import Conflict

FIELD = "shown"
_DIGEST = 12  # bytes of a fact's digest kept in the token: 96 bits, under a signature
_SALT = "what a page showed"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a page shows. `value` (JSON, dates allowed) is compared; `words` is how the page says it.

    Of a list whose page says only how long it is, the value holds every row: sums and counts can stay as they
    were while two of their rows change.
    """

    key: str
    label: str
    value: Any
    words: str = ""

    @property
    def text(self) -> str:
        return str(self.words or ("" if self.value in (None, [], {}) else self.value))

    @property
    def digest(self) -> str:
        """Keyed: the token travels in the page, and a value that the page withholds may be one of a few."""
        message = canonical_json(plain(self.value)).encode()
        return hashlib.blake2b(message, key=_key(settings.SECRET_KEY), digest_size=_DIGEST).hexdigest()


@cache
def _key(secret: str) -> bytes:
    """A key of 32 bytes for digests alone: a page has dozens of facts, and each would derive it anew."""
    return hashlib.sha256(f"{_SALT}:{secret}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that is not what the page showed. Empty text: there was, or is, nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page needs: its facts, the token over them, and what differs from the page that was sent."""

    facts: Sequence[Fact]
    token: str
    stale: bool = False
    differences: Sequence[Difference] = ()

    @property
    def is_long(self) -> bool:
        return any(len(row.before) + len(row.after) > 200 for row in self.differences)


class Changed(Conflict):
    """The page that was sent no longer tells the truth; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            _("Something changed after this page was opened, so nothing was done. Open the page again and look at it.")
        )


class Act:
    """One act or one form. `facts(subject, person, **more)` reads what its page shows and what it rests on."""

    def __init__(self, code: str, facts: Callable[..., Iterable[Fact]]) -> None:
        self.code, self._facts = code, facts

    def facts(self, subject: Any, person: Any, **more: Any) -> list[Fact]:
        return list(self._facts(subject, person, **more))

    def token(self, subject: Any, person: Any, **more: Any) -> str:
        return self._token(subject, person, self.facts(subject, person, **more))

    def page(self, request: HttpRequest, subject: Any, **more: Any) -> Shown:
        """For rendering. After a POST it also tells what differs from the page that was sent."""
        facts = self.facts(subject, request.user, **more)
        token = self._token(subject, request.user, facts)
        if request.method != "POST" or (FIELD not in request.POST and not is_stale(request)):
            return Shown(facts, token)
        sent = self._read(request.POST.get(FIELD, ""), subject, request.user)
        if sent is None:
            return Shown(facts, token, is_stale(request))
        stale = is_stale(request) or not _is_so_now(sent, facts)
        return Shown(facts, token, stale, _differences(sent, facts))

    def after_saving(self, request: HttpRequest, subject: Any, **more: Any) -> Shown:
        """For a page shown again whose right fields were just saved: what differs is the person's own doing."""
        facts = self.facts(subject, request.user, **more)
        return Shown(facts, self._token(subject, request.user, facts))

    def require(self, shown: str | None, subject: Any, person: Any, **more: Any) -> None:
        """Under the lock: Changed unless the page showed what is so now. None: no page, the caller is code."""
        if shown is None:
            return
        sent = self._read(shown, subject, person)
        if sent is None or not _is_so_now(sent, self.facts(subject, person, **more)):
            raise Changed

    def _token(self, subject: Any, person: Any, facts: Iterable[Fact]) -> str:
        rows = [[fact.key, fact.digest, str(fact.label), fact.text] for fact in facts]
        return Signer(salt=_SALT).sign_object([*self._bound(subject, person), rows], compress=True)

    def _bound(self, subject: Any, person: Any) -> list[Any]:
        return [self.code, subject.pk, person.pk]

    def _read(self, token: str, subject: Any, person: Any) -> dict[str, list[str]] | None:
        """{fact: [digest, label, text]} of a token made by us for this act, object and person; else None."""
        try:
            *bound, rows = Signer(salt=_SALT).unsign_object(token)
        except (BadSignature, ValueError):
            return None
        return {key: rest for key, *rest in rows} if bound == self._bound(subject, person) else None


ACTS: dict[str, Act] = {}  # acts that cannot be taken back by who did them
EDITS: dict[str, Act] = {}  # forms that edit what somebody else may be editing


def irreversible(code: str) -> Callable[[Callable[..., Iterable[Fact]]], Act]:
    """Makes an act of the function that reads its facts, and puts it into the register that tests walk."""
    return _registering(ACTS, code)


def edited(code: str) -> Callable[[Callable[..., Iterable[Fact]]], Act]:
    """The same for a form: its facts are the values it was opened with."""
    return _registering(EDITS, code)


def _registering(register: dict[str, Act], code: str) -> Callable[[Callable[..., Iterable[Fact]]], Act]:
    def make(facts: Callable[..., Iterable[Fact]]) -> Act:
        if code in ACTS or code in EDITS:
            raise ValueError(f"{code} is registered twice")
        register[code] = Act(code, facts)
        return register[code]

    return make


def is_pressed(request: HttpRequest) -> bool:
    """A POST that is to act; the second time round, after `Changed`, the view only shows its page."""
    return request.method == "POST" and not is_stale(request)


def is_stale(request: HttpRequest) -> bool:
    return bool(getattr(request, "shown_is_stale", False))


def sent_by(request: HttpRequest) -> str:
    """The token a page sent back; a form without one is as good as a stale one."""
    return request.POST.get(FIELD, "")


View = Callable[..., HttpResponseBase]


def answers_changes(view: View) -> View:
    """`Changed` makes the view run once more, reading everything anew, to show its page with 409."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Changed as changed:
            request.shown_is_stale = True  # type: ignore[attr-defined]
            response = cast("HttpResponse", view(request, *args, **kwargs))
            if 300 <= response.status_code < 400:
                raise changed from None  # the act has no page any more: say so
            response.status_code = changed.status
            return response

    return guarded


def _is_so_now(sent: dict[str, list[str]], now: Iterable[Fact]) -> bool:
    return {key: row[0] for key, row in sent.items()} == {fact.key: fact.digest for fact in now}


def _differences(sent: dict[str, list[str]], now: Iterable[Fact]) -> list[Difference]:
    """What a person can see of them: a fact without a value that came or went is none, though the check counts it."""
    nothing = {Fact("", "", value).digest for value in _EMPTY}
    left = {key: row for key, row in sent.items() if row[0] not in nothing}
    found = []
    for fact in now:
        seen = fact.key in sent
        digest, _label, text = sent.get(fact.key, ["", "", ""])
        left.pop(fact.key, None)
        if digest != fact.digest and (seen or fact.digest not in nothing):
            after = (
                fact.text if fact.text != text else _("%(text)s (changed where it is not shown here)") % {"text": text}
            )
            found.append(Difference(fact.label, text, after))
    return found + [Difference(label, text, "") for _digest, label, text in left.values()]
