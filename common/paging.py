"""One page of a list, the page number taken from the address (`?page=2`)."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ModelT = TypeVar("ModelT", bound=Model)
PAGE_SIZES = (25, 50, 100, 250)


def page_of(
    request: HttpRequest,
    rows: QuerySet[ModelT] | Sequence[Any],
    per_page: int = 50,
    *,
    same_rows: QuerySet[Any] | None = None,
    count: int | None = None,
) -> Page[ModelT]:
    """`?per_page=` may choose among PAGE_SIZES; a page beyond the end shows the last one.

    `same_rows` are the same rows without what is joined to show them: cheaper to count. `count` is how
    many there are, where the caller knows it anyway.
    """
    asked = request.GET.get("per_page", "")
    size = next((size for size in PAGE_SIZES if str(size) == asked), per_page)
    paginator = Paginator(rows, size)
    if count is None and same_rows is not None:
        count = same_rows.count()
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))
