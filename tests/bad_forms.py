"""Every form of the web application, with what is wrongly written in it, and the fields that must say so.

A route that takes a form stands in `BAD`, or in `BUTTONS` when nothing can be written or chosen there.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.factories import TODAY

NATIONAL_ID = "Ring 13097248022 om dette"
LATER = TODAY.replace(year=2027).isoformat()


@dataclass(frozen=True)
class Bad:
    """What is written, as the browser sends it, and the fields that are then marked.

    `{reference}` in a value stands for the case that the form is about. What is not written here is sent as the door of the route would have it, and must stay in the form, too.
    """

    written: dict[str, Any]
    wrong: tuple[str, ...] = ()
    case: dict[str, Any] = field(default_factory=dict)

    def about(self, reference: str) -> dict[str, Any]:
        """Return what is written about a case."""
        return {
            name: value.format(reference=reference) if isinstance(value, str) else value
            for name, value in self.written.items()
        }

    @property
    def marked(self) -> tuple[str, ...]:
        """The names of the fields that say what is wrong with them."""
        return self.wrong or tuple(self.written)


BAD: dict[str, Bad] = {
    "accounts.sign_in": Bad({"email": "", "password": ""}),
    "forgotten_passwords.ask": Bad({"email": ""}),
    "own_account.password": Bad({"present": "", "password": ""}),
    "own_account.language": Bad({"language": "se"}),
    "own_account.end_session": Bad({"present": ""}),
    "own_account.end_others": Bad({"present": ""}),
    "tokens.own": Bad(
        {"name": "Portalen", "scopes": [], "expires_on": "i går", "present": ""}, ("scopes", "expires_on", "present")
    ),
    "calendar_feeds.own": Bad({"name": "", "unit": "0", "present": ""}),
    "cases.register": Bad(
        {
            "received_on": "30.02.2026",
            "channel": "",
            "subject": "Gjerdet ved skolen",
            "text": NATIONAL_ID,
            "sender_name": "Innsender Hemmeligsen",
            "sender_email": "uten krøllalfa",
        },
        ("received_on", "channel", "text"),
    ),
    "cases.answer": Bad({"answered_on": "i fjor"}),
    "cases.write_answer": Bad({"subject": "", "body": ""}),
    "cases.write_interim_reply": Bad({"subject": "", "body": "", "expected_on": "til uken"}),
    "cases.bulk_preview": Bad(
        {"step": "assign", "case": "{reference}.1", "handler": "ingen@asker.example"}, ("handler",)
    ),
    "letter_templates.add": Bad({"name": "", "subject": "", "body": "", "purpose": ""}),
    "letter_templates.change": Bad({"name": "", "subject": "", "body": ""}),
    "ladders.save_default": Bad(
        {"handler": "-5, fem, 0", "manager": "", "again_from": "snart", "again_every": ""},
        ("handler", "again_from", "again_every"),
    ),
    "ladders.save_of_unit": Bad(
        {"handler": "-5, -5, 0, 1", "manager": "0, 1", "again_from": "1", "again_every": "7", "follows_default": ""},
        ("handler", "again_from"),
    ),
    "cases.note": Bad({"note": NATIONAL_ID}),
    "cases.interim_reply": Bad({"replied_on": LATER, "note": "Ringte avsender."}, ("replied_on",)),
    "cases.extend": Bad({"extended_to": "1.13.2026", "reason": "Vi trenger en befaring."}, ("extended_to",)),
    "cases.exclude": Bad({"reason": "", "note": "Sendt to ganger."}, ("reason",)),
    "cases.include": Bad({"reason": ""}, case={"excluded": True}),
    "cases.correct": Bad({"received_on": "32.01.2026", "subject": NATIONAL_ID}),
    "cases.link": Bad({"other": "2026-999999"}),
    "cases.attach": Bad({"files": ""}),
    "cases.unlink": Bad({"other": "2026-999999"}),
    "cases.assign": Bad({"handler": "ingen@asker.example"}),
    "cases.hand_over": Bad({"unit": "Finnes ikke", "reason": "Gjelder havna."}, ("unit",)),
    "cases.refuse": Bad({"reason": ""}),
    "cases.save_view": Bad({"name": ""}),
    "cases.view": Bad({"name": ""}),
    "admin.closed_days": Bad({"day": "31.11.2026", "name": ""}),
    "admin.imports": Bad({"file": ""}),
    "admin.import_columns": Bad({"reference": "", "received": ""}),
    "admin.import_words": Bad({"word0": "ukjent"}),
    "admin.import_save_profile": Bad({"name": ""}),
    "admin.kinds": Bad({"name": ""}),
    "admin.kind": Bad({"name": ""}),
    "admin.give_role": Bad({"role": "", "unit": ""}),
    "admin.add_person": Bad({"email": "uten krøllalfa", "name": "", "role": "", "unit": "*"}, ("name", "role")),
    "admin.retention": Bad({"keepsake": "", "kind": "", "months": "to år"}, ("keepsake", "months")),
    "admin.approve_disposal": Bad({"assessment": ""}),
    "admin.refuse_disposal": Bad({"reason": ""}),
    "admin.rules": Bad({"valid_from": "1.1.26", "days": "fjorten", "roll": "none"}, ("valid_from", "days")),
    "admin.units": Bad({"name": "", "email": "uten krøllalfa"}, ("name",)),
    "admin.unit": Bad({"name": ""}),
    "second_step.set_up": Bad({"proof": "", "code": ""}),
    "second_step.renew_codes": Bad({"proof": "feil"}),
    "second_step.take_off": Bad({"proof": "feil"}),
}

#: Routes whose forms are buttons alone, or that are asked halfway through a sign-in, with where that is tried.
BUTTONS = {
    "accounts.sign_out": "a button",
    "accounts.link": "asked with a link that was sent: tests/web/test_accounts.py",
    "reader_language.choose": "buttons",
    "appearance.choose": "buttons",
    "cases.change_view": "a button",
    "cases.delete_view": "a button",
    "cases.begin_with": "a button",
    "cases.keep_columns": "a button",
    "cases.order_export": "a button",
    "admin.order_access": "a button",
    "cases.send_letter_again": "a button",
    "cases.withdraw_letter": "a button",
    "cases.bulk": "boxes and buttons; the step asks by cases.bulk_preview",
    "cases.bulk_run": "a button; what was written was looked at by cases.bulk_preview",
    "cases.bulk_undo": "a button",
    "letter_templates.receipts": "a box and a button",
    "letter_templates.remove": "a button",
    "tokens.revoke": "a button",
    "calendar_feeds.revoke": "a button",
    "cases.approve": "a button",
    "cases.detach": "a button",
    "cases.withdraw": "a button",
    "admin.revoke_token": "a button",
    "admin.try_mail": "a button",
    "admin.confirm_rule": "a button",
    "admin.put_guide_away": "a button",
    "admin.remove_closed_day": "a button",
    "admin.disable_person": "a button",
    "admin.enable_person": "a button",
    "admin.person_link": "a button",
    "admin.unlink": "a button",
    "admin.end_sessions": "a button",
    "admin.remove_role": "a button",
    "admin.remove_retention": "a button",
    "admin.reset_second_step": "a button",
    "letters.send_again": "a button",
    "errands.stop": "a button",
    "admin.import_run": "buttons: tests/web/test_admin_import.py",
    "admin.import_discard": "a button",
    "admin.import_remove_profile": "a button",
    "second_step.enter": "asked halfway in: tests/web/test_second_step.py",
    "second_step.enrol": "asked halfway in: tests/web/test_second_step.py",
}
