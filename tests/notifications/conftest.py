"""Mail templates of an invented kind, so the outbox is tested apart from any app's own mail."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

TEMPLATES = {
    "sample.subject.txt": "{{ title }} & more",
    "sample.txt": "{% load i18n mail %}{% trans 'person' %}: {{ title }}\n{{ at|when }}\n{{ link }}\n",
    "sample.html": (
        '{% extends "emails/base.html" %}{% load mail %}'
        "{% block content %}<p>{{ title }} {{ at|when }}</p>{% endblock %}"
        '{% block action %}{% include "emails/button.html" with url=link text="Open" %}{% endblock %}'
    ),
}


@pytest.fixture(autouse=True)
def sample_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "emails"
    folder.mkdir()
    for name, text in TEMPLATES.items():
        (folder / name).write_text(text)
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "dirs", [tmp_path, *settings.TEMPLATES[0]["DIRS"]])
    for loader in engine.template_loaders:
        loader.reset()
        monkeypatch.setattr(loader, "loaders", loader.loaders, raising=False)
