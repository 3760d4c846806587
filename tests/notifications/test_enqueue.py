"""Putting mail into the outbox."""

import pytest
from django.db import transaction

from common import background
from notifications.models import OutboxMessage, OutboxStatus
from notifications.outbox_types import Message, Recipient
from notifications.services import enqueue, enqueue_bulk

pytestmark = pytest.mark.django_db
CONTEXT = {"title": "Łódź & <b>Zgierz</b>", "at": "2012-06-15T21:59:00+00:00", "link": "http://example.org/x"}


def send(**changes):
    values = {"kind": "sample", "subject_key": "entry:1", "recipient": Recipient("a@example.org"), "context": CONTEXT}
    return enqueue(**values | changes)


def test_a_mail_is_rendered_when_it_is_enqueued():
    message = send()
    assert message.status == OutboxStatus.PENDING
    assert message.rendered
    assert message.subject == "Łódź & <b>Zgierz</b> & more"
    assert "Łódź & <b>Zgierz</b>\n15 czerwca 2012, 23:59\nhttp://example.org/x" in message.text
    assert "Łódź &amp; &lt;b&gt;Zgierz&lt;/b&gt; 15 czerwca 2012, 23:59" in message.html
    assert 'href="http://example.org/x"' in message.html


def test_a_mail_speaks_the_language_of_its_reader():
    text = send(recipient=Recipient("b@example.org", "en")).text
    assert text.startswith("person: ")
    assert "15 June 2012, 23:59" in text


def test_the_same_mail_twice_is_one_row():
    first = send()
    again = send(context={"title": "changed"}, recipient=Recipient(" A@Example.org "))
    assert again.pk == first.pk
    assert OutboxMessage.objects.get().text == first.text


@pytest.mark.case(47)
def test_a_name_with_a_line_break_adds_no_header():
    assert send(context={"title": "A\r\nBcc: spy@example.org"}).subject == "A Bcc: spy@example.org & more"


def test_a_rolled_back_act_sends_nothing():
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


def test_mail_wakes_the_sender_after_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(background.current_app, "send_task", lambda name, **_options: asked.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        send()
        enqueue_bulk(kind="sample", messages=[Message("entry:2", Recipient("b@example.org"), CONTEXT)])
        assert asked == []
    assert asked == ["notifications.tasks.deliver"]


def test_bulk_mail_is_frozen_and_left_to_the_worker(django_assert_num_queries):
    messages = [Message(f"entry:{n}", Recipient(f"p{n}@example.org"), CONTEXT) for n in range(30)]
    with django_assert_num_queries(5):  # savepoint, insert, which are new, their digests, release
        enqueue_bulk(kind="sample", messages=messages, edition_id=7)
    enqueue_bulk(kind="sample", messages=messages[:3])
    rows = OutboxMessage.objects.all()
    assert len(rows) == 30
    assert {(row.rendered, row.context["title"], row.edition_id) for row in rows} == {(False, CONTEXT["title"], 7)}
    assert len({row.message_id for row in rows}) == 30
