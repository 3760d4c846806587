import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Membership, MembershipRole, MembershipStatus, Role, User
from accounts.queries import todos_for
from notifications.models import OutboxMessage
from tests.factories import PASSWORD, make_member, make_officer, make_unit, make_user
from tests.pressing import press, shown_on

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_newcomer_registers_confirms_the_address_and_asks_for_their_unit(client):
    unit = make_unit("Osiek")
    answer = client.post(
        reverse("account_signup"),
        {
            "email": "Nowa.Osoba@Example.org",
            "full_name": "Nowa Osoba",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "data_notice": "on",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    mail = OutboxMessage.objects.get(kind="account_confirm_email")
    assert mail.recipient == "nowa.osoba@example.org"
    link = mail.context["activate_url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(link).status_code == 200  # reading the page confirms nothing: mail scanners follow links
    client.post(link)
    assert client.post(reverse("account_login"), {"login": "nowa.osoba@example.org", "password": PASSWORD}).url
    found = client.get(reverse("accounts:unit_search"), {"q": "osiek"})
    assert str(unit.code) in found.content.decode()
    asked = client.post(
        reverse("accounts:membership_request", args=[unit.pk]), {"role": "EDITOR", "position": "inspektor"}
    )
    assert asked.url == reverse("accounts:memberships")
    assert Membership.objects.get().user.full_name == "Nowa Osoba"


def test_signing_up_with_a_known_address_looks_the_same_and_tells_only_its_owner(client):
    known = make_user()
    answers = []
    for email in (known.email, "unknown@example.org"):
        details = {"email": email, "full_name": "A", "password1": PASSWORD, "password2": PASSWORD, "data_notice": "on"}
        answer = client.post(reverse("account_signup"), details)
        answers.append((answer.status_code, answer.url))
    assert answers[0] == answers[1]
    assert OutboxMessage.objects.get(recipient=known.email).kind == "account_already_exists"


def test_a_forgotten_password_mail_leads_to_our_site_whatever_the_host_header(client):
    user = make_user()
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "localhost"})
    assert OutboxMessage.objects.get().context["password_reset_url"].startswith("http://127.0.0.1:8000/konto/")


def test_a_bad_membership_form_keeps_what_was_chosen():
    client = signed_in(make_user())
    answer = client.post(reverse("accounts:membership_request", args=[make_unit().pk]), {"role": "SIGNATORY"})
    assert answer.status_code == 422
    assert answer.context["form"]["role"].value() == "SIGNATORY"


def test_units_of_the_same_name_are_shown_before_one_asks():
    here, there = make_unit("Osiek"), make_unit("Osiek")
    page = signed_in(make_user()).get(reverse("accounts:membership_request", args=[here.pk]))
    assert reverse("accounts:membership_request", args=[there.pk]) in page.content.decode()


def test_an_officer_decides_on_the_request_page():
    membership = services.request_membership(
        actor=make_user("Anna Nowak"), unit=make_unit(), role="EDITOR", position="sekretarz"
    )
    client = signed_in(make_officer())
    address = reverse("accounts:membership_decide", args=[membership.pk])
    assert "Anna Nowak" in client.get(reverse("accounts:membership_approvals")).content.decode()
    assert client.post(address, {"refuse": "1", "reason": ""}).status_code == 422
    assert press(client, address, {"approve": "1"}).status_code == 302
    assert client.post(address, {"approve": "1"}).status_code == 409


def test_a_request_that_changed_is_not_refused_unseen_and_the_reason_stays():
    membership = services.request_membership(actor=make_user(), unit=make_unit(), role="EDITOR", position="sekretarz")
    client = signed_in(make_officer())
    address = reverse("accounts:membership_decide", args=[membership.pk])
    shown = shown_on(client.get(address), nth=1)
    Membership.objects.update(role=MembershipRole.SIGNATORY)
    sent = {"refuse": "1", "reason": "Nie pracuje w urzędzie."}
    answer = client.post(address, sent | {"shown": shown})
    assert answer.status_code == 409
    assert sent["reason"] in answer.content.decode()
    (difference,) = answer.context["shown"].differences
    assert (difference.before, difference.after) == ("redaktor", "osoba upoważniona do podpisu")
    assert client.post(address, sent | {"shown": shown_on(answer)}).status_code == 302
    assert Membership.objects.get().status == MembershipStatus.REFUSED


def test_the_page_of_a_request_takes_at_most_twelve_queries_changed_or_not(django_assert_max_num_queries):
    unit = make_unit()
    for _ in range(3):
        make_member(unit)
    membership = services.request_membership(actor=make_user(), unit=unit, role="EDITOR", position="sekretarz")
    client = signed_in(make_officer())
    address = reverse("accounts:membership_decide", args=[membership.pk])
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.post(address, {"approve": "1"}).status_code == 409


def test_a_stranger_does_not_see_a_request_and_auditors_only_read_it():
    membership = services.request_membership(actor=make_user(), unit=make_unit(), role="EDITOR", position="x")
    address = reverse("accounts:membership_decide", args=[membership.pk])
    assert signed_in(make_user()).get(address).status_code == 404
    auditor = signed_in(make_user("", Role.AUDITOR))
    assert auditor.get(address).status_code == 200
    assert auditor.post(address, {"approve": "1"}).status_code == 403


def test_an_administrator_is_told_who_signs_in_with_a_password_alone():
    admin, officer = make_user("", Role.ADMIN), make_user("", Role.OFFICER, Role.AUDITOR)
    (todo,) = todos_for(admin)
    assert (todo.count, todo.url) == (2, reverse("accounts:roles"))
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
    assert todos_for(admin)[0].count == 1
    page = signed_in(admin).get(todo.url).content.decode()
    assert (page.count("tag--success"), page.count("tag--warning")) == (2, 1)
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={})
    assert todos_for(admin) == todos_for(officer) == []


def test_roles_are_for_administrators_only():
    admin, officer = make_user("", Role.ADMIN), make_officer()
    assert signed_in(officer).get(reverse("accounts:roles")).status_code == 404
    client = signed_in(admin)
    assert client.post(reverse("accounts:roles"), {"email": "none@example.org", "role": "OFFICER"}).status_code == 422
    assert client.post(reverse("accounts:roles"), {"email": officer.email, "role": "AUDITOR"}).status_code == 302
    role = officer.staff_roles.get(role="AUDITOR")
    assert client.post(reverse("accounts:role_revoke", args=[role.pk])).status_code == 302


def test_a_person_changes_their_name_and_language_and_leaves_a_unit():
    user = make_member(make_unit(), MembershipRole.EDITOR)
    client = signed_in(user)
    assert client.post(reverse("accounts:profile"), {"full_name": "", "language": "en"}).status_code == 422
    press(client, reverse("accounts:profile"), {"full_name": "Inne Nazwisko", "language": "en"})
    user.refresh_from_db()
    assert (user.full_name, user.language) == ("Inne Nazwisko", "en")
    membership = user.memberships.get()
    client.post(reverse("accounts:membership_end", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.status == "ENDED"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_requests_takes_the_same_number_of_queries(rows, django_assert_max_num_queries):
    client = signed_in(make_officer())
    for _ in range(rows):
        services.request_membership(actor=make_user(), unit=make_unit(), role="EDITOR", position="x")
    with django_assert_max_num_queries(6):
        client.get(reverse("accounts:membership_approvals"))


def test_changing_the_password_ends_the_other_sessions_and_tells_the_owner():
    user = make_user()
    one, other = Client(), Client()
    for client in (one, other):
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = "another long password 77"
    one.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert OutboxMessage.objects.filter(kind="account_changed", recipient=user.email).exists()
    assert one.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302


def test_an_auditor_reads_a_request_but_decides_nothing(client):
    membership = Membership.objects.create(user=make_user(), unit=make_unit(), position="inspektor")
    client.force_login(make_user("", Role.AUDITOR))
    address = reverse("accounts:membership_decide", args=[membership.pk])
    assert client.get(address).status_code == 200
    for sent in ({}, {"approve": "1"}, {"refuse": "1", "reason": "nie"}):
        assert client.post(address, sent).status_code == 403
    membership.refresh_from_db()
    assert membership.status == MembershipStatus.PENDING


def test_the_admin_removes_a_lost_second_factor_without_seeing_its_secret(client):
    person = make_user()
    factor = Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "TAJNYSEKRET"})
    client.force_login(User.objects.create_superuser("root@example.org", full_name="Root"))
    page = client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk]))
    assert page.status_code == 200
    assert "TAJNYSEKRET" not in page.content.decode()
    client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()


def test_a_wrong_password_is_told_in_one_plain_sentence():
    answer = Client().post(reverse("account_login"), {"login": make_user().email, "password": "zle-haslo"})
    assert "Nieprawidłowy adres e-mail lub hasło." in answer.content.decode()


def test_the_page_of_addresses_offers_only_what_can_be_done():
    person = make_user()
    client = signed_in(person)

    def offered() -> list[str]:
        page = client.get(reverse("account_email")).content.decode()
        return [act for act in ("action_primary", "action_send", "action_remove") if act in page]

    assert offered() == []
    person.emailaddress_set.create(email="drugi@example.org", verified=False)
    assert offered() == ["action_primary", "action_send", "action_remove"]


@pytest.mark.parametrize("query", ["", "Osiek"])
def test_an_empty_register_is_not_blamed_on_the_spelling(query):
    client = signed_in(make_user())
    page = client.get(reverse("accounts:unit_search"), {"q": query}).content.decode()
    assert "Rejestr jednostek nie jest jeszcze wczytany" in page
    assert "Sprawdź pisownię" not in page
    make_unit("Jarocin")
    page = client.get(reverse("accounts:unit_search"), {"q": query}).content.decode()
    assert "Rejestr jednostek nie jest jeszcze wczytany" not in page
    assert ("Sprawdź pisownię" in page) == bool(query)
