"""Somebody at a browser without scripts: reads a page, fills in a form that stands on it, presses a button."""

from typing import Any

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml.html import FormElement

from tests.factories import PASSWORD


class Person:
    """What is not on the page cannot be sent: every POST is a form of the page read before, its token included."""

    def __init__(self, email: str = "", language: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.email = email
        self.language = language
        self.status = 0
        self.path = ""
        self.html = ""

    def sign_in(self) -> "Person":
        self.open(reverse("account_login"))
        if "login" in self.html:
            self.send(login=self.email, password=PASSWORD)
        return self

    def open(self, path: str, expected: int = 200) -> str:
        """The page after redirects."""
        self._keep(self.client.get(path, follow=True))
        assert self.status == expected, f"{path}: {self.status}, not {expected}"
        return self.html

    def visit(self, name: str, *args: Any, expected: int = 200) -> str:
        return self.open(reverse(name, args=args), expected)

    def follow(self, name: str, *args: Any) -> str:
        """Open an address that the page links to."""
        target = reverse(name, args=args)
        links = [link.get("href", "").partition("#")[0] for link in self.document.iter("a")]
        assert target in links, f"{self.path} does not lead to {target}: {links}"
        return self.open(target)

    def send(self, press: str = "", expected: int = 200, **values: Any) -> str:
        """Fill in the form that has all these fields (and this button) and send it."""
        form = self._form(press, values)
        files = {name: values.pop(name) for name in list(values) if isinstance(values[name], SimpleUploadedFile)}
        for name, value in values.items():
            form.fields[name] = value
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        if press:
            name, _equals, value = press.partition("=")
            data[name] = [value]
        self._keep(self.client.post(form.get("action") or self.path, data | files, follow=True))
        assert self.status == expected, f"{self.path}: {self.status}, not {expected}: {self.complaints()}"
        return self.html

    @property
    def document(self) -> Any:
        return lxml.html.fromstring(self.html)

    def text(self) -> str:
        """The words of the page's main part, spaces evened."""
        return " ".join(self.document.get_element_by_id("main").text_content().split())

    def fields(self, **wanted: Any) -> list[str]:
        """Names of the fields of the form that has these."""
        return [name for name in self._form("", wanted).fields if name]

    def complaints(self) -> list[str]:
        """What the page says is wrong."""
        return [" ".join(node.text_content().split()) for node in self.document.find_class("field__error")] + [
            " ".join(node.text_content().split()) for node in self.document.find_class("callout")
        ]

    def _form(self, press: str, values: dict[str, Any]) -> FormElement:
        name, _equals, value = press.partition("=")
        for form in self.document.get_element_by_id("main").iter("form"):
            buttons = {(button.get("name"), button.get("value", "")) for button in form.iter("button")}
            if (form.get("method") or "get").lower() != "post" or not set(values) <= {*form.fields.keys()}:
                continue
            if not press or (name, value) in buttons:
                return form
        raise AssertionError(f"{self.path} has no form with {press} {sorted(values)}")

    def _keep(self, response: Any) -> None:
        self.status = response.status_code
        self.path = response.request["PATH_INFO"]
        if response.request.get("QUERY_STRING"):
            self.path += f"?{response.request['QUERY_STRING']}"
        kind = response.headers.get("Content-Type", "")
        self.html = response.content.decode() if kind.startswith("text/html") else ""
