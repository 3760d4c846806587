"""Sessions in the database (SESSION_ENGINE); every page of a signed-in person begins with finding theirs."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.prepared import Prepared

_KEY = "any key"  # stands in the statement for the key: no key has a space
_SESSION = Prepared(lambda: Session.objects.filter(session_key=_KEY))


class SessionStore(DatabaseStore):
    """Django's own, but for how the session of a key is found, and that it can be renewed (common/web/sessions.py)."""

    expires_at: datetime | None = None  # as it was found; None: not read in this request

    def _get_session_from_db(self) -> Session | None:
        session = _SESSION.first({_KEY: self.session_key or ""})
        if session is not None and session.expire_date > timezone.now():
            self.expires_at = session.expire_date
            return session
        self._session_key = None
        return None

    def renew(self) -> bool:
        """From now on as long as after sign-in. False when the session has been ended meanwhile."""
        now = timezone.now()
        running = Session.objects.filter(session_key=self.session_key, expire_date__gt=now)
        return bool(running.update(expire_date=self.get_expiry_date(modification=now)))
