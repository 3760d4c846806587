"""What the tests of the applicant's pages share."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from applications.models import Application, CompletionRequest
from applications.services.submission import submit_application
from applications.workflow import State
from common.canonical import sha256_of


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def sent(draft, member):
    submit_application(actor=member, application_id=draft.pk)
    draft.refresh_from_db(fields=["number", "submitted_at", "revision"])
    return Application.objects.get(pk=draft.pk)


def returned(draft, member, *criteria, days=5):
    application = sent(draft, member)
    Application.objects.filter(pk=application.pk).update(state=State.RETURNED)
    CompletionRequest.objects.create(
        application=application,
        points=[{"criterion": code, "note": "Brak podpisu skarbnika."} for code in criteria or ("SIGNED",)],
        message="Prosimy o uzupełnienie.",
        due_at=timezone.now() + timedelta(days=days),
        requested_at=timezone.now(),
    )
    return Application.objects.get(pk=application.pk)


def section_data(client, draft, section):
    """What a browser would send back for a page of the form."""
    form = client.get(url("edit", draft.pk, section)).context["form"]
    data = {"seen": client.get(url("edit", draft.pk, section)).context["seen"]}
    for bound in form:
        value = bound.value()
        if bound.name == "indicators":
            for number, row in enumerate(value):
                data |= {f"indicators-{number}-{key}": cell for key, cell in row.items()}
                data[f"indicators-{number}-was"] = sha256_of(row)[:16]
        elif value is True:
            data[bound.name] = "on"
        elif value not in (None, False):
            data[bound.name] = value
    return data
