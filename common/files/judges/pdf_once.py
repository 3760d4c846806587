"""What many objects of a PDF lead to is looked at once for each question: else a few megabytes take hours."""

import pikepdf


class Once:
    def __init__(self) -> None:
        self._asked: set[tuple[str, tuple[int, int]]] = set()
        self._names: dict[tuple[int, int], str] = {}

    def name(self, value: object) -> str:
        """Of a kind; "" for what is no name."""
        if not isinstance(value, pikepdf.Name):
            return ""
        if not value.is_indirect:
            return str(value)
        return self._names.get(value.objgen) or self._names.setdefault(value.objgen, str(value))

    def is_new(self, question: str, item: object) -> bool:
        """Whether this is asked of the object for the first time; one written in place has one owner and always is."""
        if not isinstance(item, pikepdf.Object) or not item.is_indirect:
            return True
        asked = (question, item.objgen)
        if asked in self._asked:
            return False
        self._asked.add(asked)
        return True
