"""The routes of letters to senders: what is written on a case's pages, and the templates behind it."""

from dialogen.domain.letters import LetterState
from tests.security.door import Door, deed
from tests.security.law import Rule
from tests.security.world import HERE

_TEMPLATE = {"language": "nb", "subject": "Svar", "body": "Hei"}
LETTERS = {
    **deed("write-answer", Rule.WORK, {"language": "nb", "subject": "Svar", "body": "Hei"}),
    **deed(
        "write-interim-reply",
        Rule.WORK,
        {"language": "nb", "subject": "Foreløpig svar", "body": "Hei", "expected_on": "2026-06-01"},
    ),
    ("cases.send_letter_again", "POST"): Door(
        Rule.WORK,
        lambda world: f"/cases/{world.reference}/letters/{world.letter_to_sender(LetterState.DEAD)}/again",
    ),
    ("cases.withdraw_letter", "POST"): Door(
        Rule.WORK,
        lambda world: f"/cases/{world.reference}/letters/{world.letter_to_sender(LetterState.WAITING)}/withdraw",
    ),
    ("letter_templates.list_templates", "GET"): Door(Rule.WORD_SOMEWHERE, "/letter-templates"),
    ("letter_templates.add", "GET"): Door(Rule.WORD_SOMEWHERE, "/letter-templates/new"),
    ("letter_templates.add", "POST"): Door(
        Rule.WORD_LETTERS,
        "/letter-templates/new",
        lambda world: {**_TEMPLATE, "name": world.fresh("Mal"), "purpose": "answer", "unit": str(world.units[HERE])},
    ),
    ("letter_templates.change", "GET"): Door(
        Rule.WORD_LETTERS, lambda world: f"/letter-templates/{world.letter_template()}"
    ),
    ("letter_templates.change", "POST"): Door(
        Rule.WORD_LETTERS,
        lambda world: f"/letter-templates/{world.letter_template()}",
        lambda world: {**_TEMPLATE, "name": world.fresh("Mal")},
    ),
    ("letter_templates.remove", "POST"): Door(
        Rule.WORD_LETTERS, lambda world: f"/letter-templates/{world.letter_template()}/remove"
    ),
    ("letter_templates.receipts", "GET"): Door(
        Rule.WORD_LETTERS, lambda world: f"/letter-templates/receipts/{world.units[HERE]}"
    ),
    ("letter_templates.receipts", "POST"): Door(
        Rule.WORD_LETTERS, lambda world: f"/letter-templates/receipts/{world.units[HERE]}", {"on": "y"}
    ),
}
