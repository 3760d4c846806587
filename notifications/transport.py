"""From a row to what an SMTP server is given."""

from django.core.mail import EmailMultiAlternatives

from notifications.models import OutboxMessage


def as_email(message: OutboxMessage) -> EmailMultiAlternatives:
    """Plain text with its HTML twin, the Message-ID that never changes, and a mark that no person wrote it."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.recipient],
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    email.attach_alternative(message.html, "text/html")
    return email
