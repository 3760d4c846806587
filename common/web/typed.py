"""Days, moments and numbers as people write them. What cannot be read for certain is refused, never guessed.

Numbers: groups of exactly three digits may stand apart by a space of any kind ("9 120"); the fraction stands after a
comma ("1 234,50") or, where it cannot be taken for a group, after a dot ("62.5"). "1.234" could be either and is
refused; "1.234,50" and "1.234.567" can be only one thing. A minus may be a hyphen, a dash or a true minus. Units,
exponents and anything else beside digits are refused.

Days: day, month, year, with dots or other marks between them ("15.06.2026", "15 czerwca 2026 r."), or year, month, day
("2026-06-15", as programs write). The year has four digits. Moments: a day and an hour, in the contest's zone; an hour
that the change of clocks leaves out or repeats is refused, because nobody could tell which instant it is.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST = 60  # characters: longer than any spelling of a date
_MOST_DIGITS = 18  # below what a database column holds, far below what Python refuses to read
_SPACES = re.compile(r"[ \t\u00a0\u2007\u2008\u2009\u200a\u202f]")
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0C: ",", 0xFF0E: ".", 0xFF0D: "-", 0x3000: " "}
_MINUS = re.compile(r"^[-\u2010-\u2013\u2212]\s*(?=\d)")
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+|\d+")
_DOT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_MIXED = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d+)|(\d{1,3}(?:,\d{3})+)\.(\d+)")
_MAYBE_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}")

_MARK = r"\s*[\s.,/\-]\s*"
_DAY_FIRST = re.compile(
    rf"(?:dnia\s+)?([0-9]{{1,2}}){_MARK}([0-9]{{1,2}}|[^\W\d_]+\.?){_MARK}([0-9]+)(?:\s*r\.?|\s*roku)?", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_MOMENT = re.compile(
    r"(.+?)(?:\s*[T,]\s*|\s+)(?:o\s+)?(?:(?:godz\.?|godzinie|g\.)\s*)?([0-9]{1,2})[:.]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?"
)
# A day of whole spelling and what may be meant for an hour: "15.06.2026 9:5", "… 12", "… godz. 12", "… 12:00:"
_HALF_AN_HOUR = re.compile(
    r"(.*[0-9]{4}(?:\s*r\.?|\s*roku)?|[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2})(?:\s*[T,]\s*|\s+)(?:o\s+)?"
    r"(?:(?:godz\.?|godzinie|godziny|godzina|g\.)\s*)?[0-9]{1,2}(?:\s*[:.]?\s*[0-9]{0,2})?(?:\s*[:.]\s*[0-9]{0,2})?",
    re.IGNORECASE,
)
_MONTHS = [
    "stycznia styczeń styczen january jan sty i",
    "lutego luty february feb lut ii",
    "marca marzec march mar iii",
    "kwietnia kwiecień kwiecien april apr kwi iv",
    "maja maj may v",
    "czerwca czerwiec june jun cze vi",
    "lipca lipiec july jul lip vii",
    "sierpnia sierpień sierpien august aug sie viii",
    "września wrzesień wrzesnia wrzesien september sep wrz ix",
    "października październik pazdziernika pazdziernik october oct paź paz x",
    "listopada listopad november nov lis xi",
    "grudnia grudzień grudzien december dec gru xii",
]
_MONTH_NUMBERS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}


class NotRead(ValueError):
    """What was typed is no such value; the sentence says what to write instead."""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_WIDE)).strip()


def read_number(text: str) -> Decimal | None:
    """The number; None for nothing at all. NotRead for whatever is not certainly one."""
    shown = _SPACES.sub(" ", _plain(text)).strip()
    if not shown:
        return None
    if not shown.isascii():
        shown = _MINUS.sub("-", shown)
    negative = bool(_MINUS.match(shown))
    digits = _MINUS.sub("", shown) if negative else shown
    if not re.fullmatch(r"[0-9 .,]+", digits):
        sentence = _("Write the number with digits only, for example 9120 or 9 120. You wrote: %(typed)s.")
        raise NotRead(sentence % _cut(text))
    whole, fraction = _parts(digits, text)
    if len(whole) + len(fraction) > _MOST_DIGITS:
        raise NotRead(_("This number is too long."))
    found = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return -found if negative and found else found


def _parts(digits: str, typed: str) -> tuple[str, str]:
    """Digits before and after the decimal mark."""
    if _DOT_GROUPS.fullmatch(digits):
        return digits.replace(".", ""), ""
    if mixed := _MIXED.fullmatch(digits):
        return re.sub(r"\D", "", mixed[1] or mixed[3]), mixed[2] or mixed[4]
    if _MAYBE_GROUP.fullmatch(digits):
        words = {"whole": digits.replace(".", ""), "fraction": digits.replace(".", ",")}
        raise NotRead(_("A dot can be read in two ways here. Write %(whole)s or %(fraction)s.") % words)
    whole, mark, fraction = digits.replace(",", ".").partition(".")
    if not _GROUPED.fullmatch(whole) or (mark and not fraction.isdecimal()):
        sentence = _("Write the number as 9120 or 9 120, a fraction after a comma: 1234,50. You wrote: %(typed)s.")
        raise NotRead(sentence % _cut(typed))
    return whole.replace(" ", ""), fraction


def read_whole_number(text: str) -> int | None:
    """As `read_number`, without a fraction; "12,00" is twelve."""
    found = read_number(text)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise NotRead(_("Write a whole number, without a fraction."))
    return int(found)


def number_text(value: int | Decimal) -> str:
    """As it stands in a field: no groups, no zeros that say nothing, a comma; `read_number` reads it back."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def read_day(text: str) -> date | None:
    """The day; None for nothing at all. Any year is taken: which ones make sense is the field's business."""
    shown = _SPACES.sub(" ", _plain(text)).strip()
    if not shown:
        return None
    if len(shown) <= LONGEST:
        if found := _YEAR_FIRST.fullmatch(shown):
            return _real(found[1], found[2], found[3])
        if found := _DAY_FIRST.fullmatch(shown):
            month = found[2] if found[2].isdecimal() else str(_MONTH_NUMBERS.get(found[2].rstrip(".").casefold(), ""))
            if month and len(found[3]) != 4:
                raise NotRead(_("Write the year with four digits, for example 15.06.2026."))
            if month:
                return _real(found[3], month, found[1])
    sentence = _("Write the day, the month and the year, for example 15.06.2026. You wrote: %(typed)s.")
    raise NotRead(sentence % _cut(text))


def _real(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        shown = f"{int(day):02}.{int(month):02}.{year}"
        raise NotRead(_("There is no such day in the calendar: %(day)s.") % {"day": shown}) from None


def read_moment(text: str) -> datetime | None:
    """The instant; None for nothing at all. A day without an hour is refused: nobody knows what was meant."""
    shown = _SPACES.sub(" ", _plain(text)).strip()
    if not shown:
        return None
    found = _MOMENT.fullmatch(shown) if len(shown) <= LONGEST else None
    if found is None:
        raise NotRead(_why_no_moment(shown, text))
    day = read_day(found[1])
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if day is not None and (hour, minute, second) == (24, 0, 0):
        sentence = _("A day ends at 23:59: write %(day)s 23:59 for its end. 24:00 would already be the next day.")
        raise NotRead(sentence % {"day": f"{day:%d.%m.%Y}"})
    if day is None or hour > 23 or minute > 59 or second > 59:
        raise NotRead(_("Write the hour between 00:00 and 23:59, for example 15.06.2026 23:59."))
    if not 1900 <= day.year <= 2999:  # at the ends of the calendar an hour cannot be taken to another zone
        raise NotRead(_("The year %(year)s cannot be right.") % {"year": f"{day.year:04}"})
    return _instant(datetime.combine(day, time(hour, minute, second)))


def _why_no_moment(shown: str, text: str) -> str:
    """What is wrong is told of the day when it is the day, else of the hour that stands after it or is missing."""
    after_day = _HALF_AN_HOUR.fullmatch(shown) if len(shown) <= LONGEST else None
    if after_day is None:
        read_day(text)
        return _("Write the hour too, for example 15.06.2026 23:59.")
    day = read_day(after_day[1])
    sentence = _("Write the hour with two digits of minutes, for example %(day)s 09:05. You wrote: %(typed)s.")
    return sentence % ({"day": f"{day:%d.%m.%Y}"} | _cut(text))


def _instant(shown: datetime) -> datetime:
    """The one instant at which clocks in the contest's zone show this."""
    zone = timezone.get_default_timezone()
    first, second = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    words = {"hour": f"{shown:%H:%M}"}
    if (second.utcoffset() or timedelta()) > (first.utcoffset() or timedelta()):
        raise NotRead(_("There is no %(hour)s on this day: the clocks go forward then. Choose another hour.") % words)
    raise NotRead(_("%(hour)s comes twice on this day: the clocks go back then. Choose another hour.") % words)


def _cut(typed: str) -> dict[str, str]:
    text = " ".join(typed.split())
    return {"typed": text if len(text) <= 40 else f"{text[:40]}…"}
