"""Sessions in the database (SESSION_ENGINE); every page of a signed-in person begins with finding theirs."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.prepared import Prepared

_KEY = "any key"  # stands in the statement for the key: no key has a space
_SESSION = Prepared(lambda: Session.objects.filter(session_key=_KEY))


class SessionStore(DatabaseStore):
    """Django's own, but for how the session of a key is found."""

    def _get_session_from_db(self) -> Session | None:
        session = _SESSION.first({_KEY: self.session_key or ""})
        if session is not None and session.expire_date > timezone.now():
            return session
        self._session_key = None
        return None
