"""Every word and every refusal that can reach a page has its bokmål."""

import re
import string
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.alerts import DropReason
from dialogen.domain.answers import AnswerManner
from dialogen.domain.bulk import BulkStep
from dialogen.domain.bulk import Fate as BulkFate
from dialogen.domain.case_lists import Column
from dialogen.domain.cases import Channel, Condition, ExclusionReason, Step, Stream
from dialogen.domain.deadlines import Roll, State
from dialogen.domain.disposal_lists import Assessment, ListState
from dialogen.domain.errands import ErrandKind, ErrandState
from dialogen.domain.errors import Problem
from dialogen.domain.fates import Fate
from dialogen.domain.feeds import FeedState
from dialogen.domain.history import PERSONAL_FIELDS, Action, Door
from dialogen.domain.ladders import ManagersAlerts
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterEnd, LetterState
from dialogen.domain.likeness import Mark
from dialogen.domain.next_steps import NextStep
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.other_laws import Law
from dialogen.domain.reports import Band, Breakdown, Status
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.domain.tokens import TokenState
from dialogen.services.case_hits import Place
from dialogen.web import errand_words, ladder_words, office_words, sentences, tones, wording
from dialogen.web.filters import LISTS

WORDS: list[tuple[type[StrEnum], Mapping[Any, str]]] = [
    (State, wording.STATES),
    (State, wording.SIGNS),
    (Stream, wording.STREAMS),
    (Channel, wording.CHANNELS),
    (ExclusionReason, wording.EXCLUSIONS),
    (Role, wording.ROLES),
    (Action, wording.ACTIONS),
    (Door, wording.DOORS),
    (Condition, sentences.CONDITIONS),
    (Step, sentences.STEPS),
    (LetterState, wording.LETTER_STATES),
    (Band, wording.BANDS),
    (Status, wording.STATUSES),
    (Roll, wording.ROLLS),
    (Breakdown, wording.BREAKDOWNS),
    (Scope, wording.SCOPES),
    (TokenState, wording.TOKEN_STATES),
    (FeedState, wording.FEED_STATES),
    (Manner, wording.MANNERS),
    (Sight, wording.SIGHTS),
    (Column, wording.COLUMNS),
    (BulkStep, wording.BULK_STEPS),
    (BulkFate, wording.BULK_FATES),
    (BulkFate, wording.BULK_OUTCOMES),
    (Keepsake, wording.KEEPSAKES),
    (Mark, wording.MARKS),
    (Place, wording.PLACES),
    (ListState, wording.LIST_STATES),
    (ItemOutcome, wording.ITEM_OUTCOMES),
    (Assessment, wording.ASSESSMENTS),
    (OfficeAction, office_words.OFFICE_ACTIONS),
    (Subject, office_words.SUBJECTS),
    (Purpose, wording.PURPOSES),
    (AnswerManner, wording.ANSWER_MANNERS),
    (LetterEnd, wording.LETTER_ENDS),
    (Language, wording.LANGUAGES),
    (Fate, wording.FATES),
    (Fate, wording.FATE_SIGNS),
    (DropReason, wording.DROP_REASONS),
    (NextStep, wording.NEXT_STEPS),
    (Law, wording.LAWS),
    (Law, wording.LAW_MARKS),
    (ErrandKind, errand_words.KINDS),
    (ErrandState, errand_words.STATES),
    (ErrandState, errand_words.SIGNS),
    (ManagersAlerts, ladder_words.MANAGERS_ALERTS),
]
#: Signs stand before a word, which says what they mean alike.
MAY_REPEAT = (wording.FATE_SIGNS,)


def _named_in(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


def _values_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("problem", Problem, ids=lambda problem: problem.name)
def test_every_refusal_has_a_sentence_that_asks_for_no_value_the_refusal_lacks(problem: Problem) -> None:
    sentence = sentences.SENTENCES[problem.name]
    assert sentence.endswith(".")
    assert _named_in(sentence) <= _values_of(problem.value)


@pytest.mark.parametrize(("words", "listed"), WORDS)
def test_every_word_of_a_closed_list_has_its_bokmaal(words: type[StrEnum], listed: Mapping[Any, str]) -> None:
    assert set(listed) == set(words)
    assert listed in MAY_REPEAT or len(set(listed.values())) == len(words), "two words read alike"


@pytest.mark.parametrize("words", tones.TONES)
def test_every_word_that_has_a_colour_has_one_of_the_design_system(words: type[StrEnum]) -> None:
    assert {tones.tone_of(word) for word in words} <= {"neutral", "info", "success", "warning", "danger"}


def test_the_templates_know_only_lists_that_are_whole() -> None:
    whole = [id(listed) for _, listed in WORDS]
    closed = {name: listed for name, listed in LISTS.items() if isinstance(next(iter(listed)), StrEnum)}
    assert [name for name, listed in closed.items() if id(listed) not in whole] == []


def test_every_field_the_history_tells_of_has_a_name() -> None:
    told = {"received_on", "due_on", "answered_on", "extended_to", "replied_on", "stream", "unit", "handler"}
    told |= {"kind", "channel", "exclusion", "source", "external_reference", "rule_version"}
    told |= PERSONAL_FIELDS - {"note", "reason"}
    assert told <= set(wording.FIELDS)


def test_a_date_in_a_sentence_is_written_the_norwegian_way() -> None:
    said = sentences.sentence(Problem.ALREADY_ANSWERED, {"answered_on": date(2026, 2, 9)})
    assert said == "Henvendelsen ble besvart 09.02.2026. Rett datoen i stedet."


def test_a_refused_step_is_told_in_bokmaal_words() -> None:
    said = sentences.sentence(Problem.STEP_REFUSED, {"condition": Condition.ANSWERED.value, "step": Step.EXTEND.value})
    assert said == "En besvart henvendelse kan ikke få utsatt frist."


def test_the_warning_of_a_national_identity_number_is_the_agreed_one() -> None:
    said = sentences.sentence(Problem.NATIONAL_ID, {})
    assert said == "Det ser ut som teksten inneholder et fødselsnummer. Ta det bort før du lagrer."
