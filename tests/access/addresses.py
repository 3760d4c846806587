"""Which objects stand in each address: url name → samples, each a label and the parts of the address."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.world import ANNOUNCED, CALL, DECISION, PREPARED, SCORING, VISITS, World

Sample = tuple[str, list[Any]]


def names() -> Iterator[str]:
    """Every named address of the resolver; Django's unnamed catch-alls lead to named ones or to 404."""
    yield from dict.fromkeys(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern.url_patterns, spaces + inside)
        elif pattern.name:
            yield ":".join((*spaces, pattern.name))


def samples(name: str, world: World) -> list[Sample]:
    """Labels and arguments; an address without parts has one sample without a label."""
    if name.startswith("admin:"):
        return [("", _admin_arguments(name))]
    table = _table(world)
    return table.get(name, [("", [])])


def address_of(name: str, arguments: list[Any]) -> str:
    return reverse(name, args=arguments)


def _admin_arguments(name: str) -> list[Any]:
    model, _dash, act = name.removeprefix("admin:").rpartition("_")
    if act in {"change", "delete", "history"} and model.count("_"):
        label, _dash, model_name = model.partition("_")
        row = apps.get_model(label, model_name)._default_manager.order_by("pk").first()
        return [row.pk if row else 1]
    return {"admin:view_on_site": [1, 1], "admin:app_list": ["contest"]}.get(name, [])


def _table(world: World) -> dict[str, list[Sample]]:
    o = world.objects

    def one(label: str, *arguments: Any) -> list[Sample]:
        return [(label, list(arguments))]

    def entries(*keys: str) -> list[Sample]:
        return [(key, [o[key].pk]) for key in keys]

    def editions(*slugs: str) -> list[Sample]:
        return [(slug, [slug]) for slug in slugs]

    closed, opened = o["closed_session"].number, o["open_session"].number
    code = o["diploma"].code
    return {
        "api-1:get_practice": one("own", o["practice"].pk),
        "api-1:edition": editions(CALL, PREPARED),
        "api-1:results": editions(ANNOUNCED, DECISION),
        "account_confirm_email": one("unknown key", "nieznany"),
        "account_reset_password_from_key": one("unknown key", "1", "nieznany"),
        "portal:checkpoint_text": one("own", o["checkpoint"].number),
        "portal:checkpoint_json": one("own", o["checkpoint"].number),
        "portal:signing_key": one("own", o["checkpoint"].key_id),
        "contest:edition_detail": editions(CALL, PREPARED),
        "contest:rules": [(CALL, [CALL, 1]), (PREPARED, [PREPARED, 1])],
        "contest:organiser_edition": editions(PREPARED, CALL, ANNOUNCED),
        "contest:close_call": editions(CALL, SCORING),
        "contest:archive": editions(ANNOUNCED, CALL),
        "contest:edition_tasks": editions(PREPARED, CALL),
        "contest:jury_member": one(PREPARED, PREPARED, o["prepared_juror"].pk),
        "contest:jury_member_remove": one(PREPARED, PREPARED, o["prepared_juror"].pk),
        "contest:put_back": [(PREPARED, [PREPARED, "dziedziny", o["prepared_removed"].pk])],
        "contest:jury": editions(PREPARED, CALL),
        "contest:edition_setup": [(PREPARED, [PREPARED, "kryteria"]), (CALL, [CALL, "kryteria"])]
        + [(part, [PREPARED, part]) for part in ("dziedziny", "grupy", "zalaczniki")],
        "contest:publish_call": editions(PREPARED, CALL),
        "contest:amend": [(CALL, [CALL, "kalendarz"]), (PREPARED, [PREPARED, "kalendarz"])]
        + [(part, [CALL, part]) for part in ("dziedziny", "grupy", "kryteria", "zalaczniki")],
        "contest:message_detail": one("any", o["message"].pk),
        "contest:message_html": one("any", o["message"].pk),
        "contest:message_retry": one("any", o["message"].pk),
        "applications:start": editions(CALL, SCORING, PREPARED),
        "applications:applicant_detail": entries("draft", "returned", "in_scoring", "awarded"),
        "applications:edit": [(key, [o[key].pk, "opis"]) for key in ("draft", "in_scoring")],
        "applications:attachments": entries("draft", "returned", "in_scoring"),
        "applications:check": entries("draft", "in_scoring"),
        "applications:submit": entries("draft", "in_scoring"),
        "applications:complete": entries("returned", "draft"),
        "applications:withdraw": entries("returned", "awarded"),
        "applications:withdraw_contact": entries("in_scoring", "draft"),
        "applications:appeal": entries("returned"),
        "applications:version": [("returned", [o["returned"].pk, 1])],
        "applications:attachment_download": entries("draft_file", "sent_file"),
        "applications:attachment_page": [(key, [o[key].pk, 1]) for key in ("draft_file", "sent_file")],
        "applications:attachment_remove": entries("draft_file", "sent_file"),
        "applications:attachment_restore": entries("draft_file", "sent_file"),
        "applications:officer_list": editions(CALL, ANNOUNCED),
        "applications:bulk_accept": editions(CALL, SCORING),
        "applications:export": editions(CALL),
        "applications:officer_detail": entries("submitted", "draft"),
        "applications:review": entries("submitted", "draft"),
        "applications:accept": entries("checked", "submitted", "draft"),
        "applications:request_completion": entries("submitted", "draft"),
        "applications:extend_completion": entries("returned", "draft"),
        "applications:reject": entries("submitted", "draft"),
        "applications:decide_appeal": entries("appealed", "draft"),
        "jury:sheet": entries("open_sheet", "to_declare", "closed_sheet"),
        "jury:declare": entries("to_declare"),
        "jury:recuse": entries("to_declare"),
        "jury:submit_sheet": entries("open_sheet"),
        "jury:attachment": one("open_sheet", o["open_sheet"].pk, o["sheet_file"].pk)
        + one("file of another entry", o["open_sheet"].pk, o["scored_file"].pk),
        "jury:page": one("open_sheet", o["open_sheet"].pk, o["sheet_file"].pk, 1)
        + one("file of another entry", o["open_sheet"].pk, o["scored_file"].pk, 1),
        "jury:entry": entries("scored", "in_scoring", "draft"),
        "jury:entry_attachment": one("scored", o["scored"].pk, o["scored_file"].pk),
        "jury:entry_page": one("scored", o["scored"].pk, o["scored_file"].pk, 1),
        "jury:disqualify": entries("scored", "draft"),
        "jury:ranking": editions(VISITS, SCORING),
        "jury:bundle": editions(VISITS, SCORING),
        "jury:close_scoring": editions(SCORING),
        "jury:reopen": editions(VISITS),
        "jury:shortlist": editions(VISITS),
        "jury:visits": editions(DECISION),
        "jury:plan_visit": one(DECISION, DECISION, o["finalist"].pk),
        "jury:record_visit": one(DECISION, DECISION, o["visit"].pk),
        "jury:begin_decision": editions(VISITS, CALL),
        "jury:open_scoring": editions(SCORING, CALL),
        "jury:assignments": editions(SCORING),
        "jury:proposal": editions(SCORING),
        "jury:remove_assignment": one(SCORING, SCORING, o["to_declare"].pk),
        "jury:release_juror": one(SCORING, SCORING, o["to_declare"].pk),
        "jury:progress": editions(SCORING, VISITS),
        "awards:results": editions(ANNOUNCED, DECISION),
        "awards:results_bundle": editions(ANNOUNCED, DECISION),
        "awards:results_signature": editions(ANNOUNCED, DECISION),
        "awards:verify": one("own", code),
        "awards:certificate_file": one("own", code),
        "awards:confirmation": entries("returned", "draft"),
        "awards:sessions": editions(DECISION, VISITS),
        "awards:session_detail": [("closed", [DECISION, closed]), ("open", [DECISION, opened])],
        "awards:session_edit": [("closed", [DECISION, closed]), ("open", [DECISION, opened])],
        "awards:session_close": [("closed", [DECISION, closed]), ("open", [DECISION, opened])],
        "awards:decide": [("open", [DECISION, opened, o["finalist"].pk])],
        "awards:take_back": [("open", [DECISION, opened, o["finalist"].pk])],
        "awards:certificates": editions(ANNOUNCED, DECISION),
        "awards:certificates_zip": editions(ANNOUNCED, DECISION),
        "awards:certificates_retry": editions(ANNOUNCED),
        "awards:certificate_replace": one("own", code),
        "awards:certificate_revoke": one("own", code),
        "practices:attachment": entries("practice_file"),
        "practices:withdraw_contact": entries("contact"),
        "practices:record_by_number": entries("practice"),
        "practices:record": one("own", o["practice"].pk, o["practice"].slug),
        "practices:manage": entries("practice"),
        "practices:correct_section": entries("practice"),
        "practices:confirm_verified": entries("practice"),
        "practices:withdraw": entries("practice"),
        "practices:announce": editions(DECISION, ANNOUNCED, CALL),
        "practices:announce_progress": editions(ANNOUNCED, DECISION),
        "privacy:edition": editions(ANNOUNCED, CALL, PREPARED),
        "privacy:retention": editions(ANNOUNCED, PREPARED),
        "accounts:membership_request": one("another unit", o["unit"].pk),
        "accounts:membership_decide": entries("pending", "membership"),
        "accounts:membership_end": entries("membership"),
        "accounts:role_revoke": one("of the auditor", o["role"].pk),
    }
