"""People, their organising roles, and their membership of units."""

from functools import cached_property
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import journal
from notifications.outbox_types import Recipient
from notifications.services import enqueue
from units.models import Unit


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Used by `createsuperuser`: the first administrator of an installation, or one more made behind the pages.

        Django's command knows no service to call, so what tells of it stands here.
        """
        with transaction.atomic():
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            role = StaffRole.objects.create(user=user, role=Role.ADMIN)
            journal.record(actor=None, action="account.administrator_created", target=user, facts=[user, role])
            enqueue(
                kind="account_changed",
                subject_key=f"administrator:{user.pk}",
                recipient=Recipient(user.email, user.language),
                context={"event": "administrator_created", "by_administrator": True},
            )
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by their e-mail address (stored in lower case)."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("first and last name"), max_length=150)
    language = models.CharField(_("language of mail"), max_length=5, choices=settings.LANGUAGES, default="pl")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("registered"), default=timezone.now)
    is_demo = models.BooleanField(_("demonstration account"), default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """A right password of an older kind is kept in the present one: no new password, and the journal knows.

        Hashing takes long, so no transaction is open meanwhile: on SQLite it would keep every other writer waiting.
        """

        def keep(password: str) -> None:
            hashed = make_password(password)
            with transaction.atomic():
                # As it stands now, for it is sealed; a password that was changed meanwhile is kept.
                row = User.objects.select_for_update().filter(pk=self.pk, password=self.password).first()
                if row:
                    row.password = hashed
                    row.save(update_fields=["password"])
                    journal.record(actor=None, action="account.password_upgraded", target=row, facts=[row])
                    self.password = hashed

        return bool(check_password(raw_password, self.password, keep))

    @cached_property
    def second_factor(self) -> int | None:
        """The number of the authenticator application set up for sign-in, read once a request."""
        return (
            Authenticator.objects.filter(user=self, type=Authenticator.Type.TOTP).values_list("pk", flat=True).first()
        )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still match: the password, as in Django, and the second step at sign-in.

        So setting up, changing or removing either ends every session opened before.
        """
        with_password: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{with_password}-{self.second_factor}" if self.second_factor else with_password

    @cached_property
    def roles(self) -> frozenset[str]:
        """Organising roles, read once a request, so a revoked role is gone at the next one."""
        return frozenset(self.staff_roles.values_list("role", flat=True))


class Role(models.TextChoices):
    """Organising roles. Jurors and chairs are members of one edition's jury (contest.JuryMember)."""

    OFFICER = "OFFICER", _("organiser")
    AUDITOR = "AUDITOR", _("auditor")
    ADMIN = "ADMIN", _("administrator")


class StaffRole(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("organising role")
        verbose_name_plural = _("organising roles")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="staff_role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class MembershipRole(models.TextChoices):
    EDITOR = "EDITOR", _("editor")  # writes and submits entries
    SIGNATORY = "SIGNATORY", _("signatory")  # also withdraws entries and admits further members


class MembershipStatus(models.TextChoices):
    PENDING = "PENDING", _("waiting for approval")
    ACTIVE = "ACTIVE", _("active")
    REFUSED = "REFUSED", _("refused")
    ENDED = "ENDED", _("ended")


class Membership(models.Model):
    """A person acting for a unit. An officer approves the first; a signatory may admit the next."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MembershipRole, default=MembershipRole.EDITOR)
    status = models.CharField(_("status"), max_length=10, choices=MembershipStatus, default=MembershipStatus.PENDING)
    position = models.CharField(_("position in the office"), max_length=150, blank=True)
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit"],
                condition=models.Q(status__in=["PENDING", "ACTIVE"]),
                name="membership_one_open_per_unit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} — {self.unit}"


class ParkedForm(models.Model):
    """A form that arrived when its session had ended: kept for an hour, for its writer, in the browser that sent it.

    It only fills fields in again for the writer to look at and send; nothing is ever done from it. No files, passwords,
    codes or words typed to confirm.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="parked_forms")
    browser = models.CharField(
        max_length=64, db_index=True
    )  # digest of a random key that the browser keeps in a cookie
    address = models.CharField(max_length=500)  # where it was sent to
    page = models.CharField(max_length=500)  # where it was written, with its query
    values = models.JSONField()  # name of a field → what was sent in it
    with_files = models.BooleanField(default=False)  # files were chosen; they have to be chosen again
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.address
