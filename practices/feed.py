"""The newest records as an Atom feed (RFC 4287). Texts are plain and say so; one bad record never ruins the rest."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.taxonomy import SECTION_BY_CODE
from common.web.cleaning import shown_text
from common.web.xml_text import xml_text
from practices.exports import address_of
from practices.models import Practice

logger = logging.getLogger(__name__)


class _TextFeed(Atom1Feed):
    """Django's feed calls every summary HTML: "< 5 %" in an abstract would be read as the beginning of a tag."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        handler.addQuickElement("summary", item["abstract"], {"type": "text"})
        super().add_item_elements(handler, item)


def atom_of(practices: Iterable[Practice]) -> str:
    feed = _TextFeed(
        title=_("Base of Good Practices"),
        link=f"{settings.SITE_URL}{reverse('practices:list')}",
        description=_("Practices of Polish local governments that any other may copy and adapt."),
        feed_url=f"{settings.SITE_URL}{reverse('practices:atom')}",
        language=get_language(),
    )
    for practice in practices:
        try:
            feed.add_item(**_item(practice))
        except Exception:
            logger.exception("practice %s is left out of the feed", practice.pk)
    return feed.writeString("utf-8")


def _line(text: str) -> str:
    """A mark of direction or a line break that an old row holds would turn or break a reader's list."""
    return xml_text(shown_text(text).replace("\n", " "))


def _item(practice: Practice) -> dict[str, Any]:
    day = practice.added_on
    return {
        "title": _line(practice.title),
        "link": address_of(practice),
        "unique_id": f"{settings.SITE_URL}{reverse('practices:record_by_number', args=[practice.pk])}",
        "description": None,
        "abstract": xml_text(shown_text(practice.abstract)),
        "author_name": _line(practice.unit_name),
        "pubdate": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "updateddate": practice.updated_at,
        "categories": [str(SECTION_BY_CODE.get(practice.section, ""))],
    }
