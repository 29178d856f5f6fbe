"""A small municipality with one account for every kind of person, on which doors are tried."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from dialogen.database.engine import Database
from dialogen.database.models import (
    Account,
    Attachment,
    Case,
    CaseLink,
    ClosedDay,
    ImportProfile,
    Kind,
    RetentionRule,
    SavedView,
    Unit,
)
from dialogen.database.pending import find_pending
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.bulk import BulkStep
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errands import ErrandState
from dialogen.domain.history import Action, Author, Change
from dialogen.domain.history import Door as HandIn
from dialogen.domain.letters import LetterState
from dialogen.domain.outside import Identity
from dialogen.domain.retention import Keepsake
from dialogen.extensions import Office
from dialogen.services import tokens
from dialogen.services.accounts import find_account
from dialogen.services.attachments import Cabinet, Handed, add_to_case, taken_in
from dialogen.services.identities import identities_of, link_identity
from dialogen.services.likeness import keep_marks
from dialogen.services.passwords import Hasher
from dialogen.services.proposals import propose
from dialogen.services.sealing import SecretKeys
from dialogen.services.second_step_setup import make_offer
from dialogen.services.sessions import make_sign_in_link
from tests.factories import BY_HAND, NOW, TODAY, make_account, make_case, make_disposal_list, make_unit
from tests.security.law import ANONYMOUS, PEOPLE, Person, Placed, Where
from tests.security.letters_there import put_dead_letter, put_letter_to_sender, put_template
from tests.security.uploads_there import (
    COLUMNS,
    FILE,
    SMALL_COLUMNS,
    SMALL_FILE,
    begin_check,
    check_upload,
    import_upload,
    put_upload,
)
from tests.security.work_there import made_by_errand, put_chosen, put_errand, put_step
from tests.totp import code_at, give_second_step
from tests.web.pages import Reader

CHEAP, PASSWORD = Hasher(memory_kib=8, passes=1), "riktig hest batteri stift"
HERE, ELSEWHERE, ABROAD = "Vei og park", "Kultur", "Havn"


@dataclass
class World:
    """Units, people with a session and a token each, and the case that is being asked about."""

    app: Flask
    db: Database
    units: dict[str, int] = field(default_factory=dict)
    accounts: dict[Person, int] = field(default_factory=dict)
    reference: str = ""
    case_id: int = 0
    pending_id: int = 0
    unit_name: str | None = HERE
    asking: Person = ANONYMOUS
    _numbers: Any = field(default_factory=lambda: count(1))
    _clients: dict[Person, FlaskClient] = field(default_factory=dict)
    _secrets: dict[Person, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = {name: make_unit(self.db, name) for name in (HERE, ELSEWHERE, ABROAD)}
        self.colleague = make_account(self.db, roles=((Role.HANDLER, "*"),), name="Kollega Kollegasen")
        self.accounts = {person: self._account(person) for person in PEOPLE if person is not ANONYMOUS}

    def _account(self, person: Person) -> int:
        where: dict[Where, int | str] = {
            Where.HERE: self.units[HERE],
            Where.ELSEWHERE: self.units[ELSEWHERE],
            Where.EVERYWHERE: "*",
            Where.NOWHERE: "-",
        }
        return make_account(self.db, roles=((person.role, where[person.where]),) if person.role else ())

    def place(
        self, placed: Placed, person: Person, *, excluded: bool = False, proposed_by: str = "", **more: Any
    ) -> None:
        """Register a new case for the next question, so placed as seen by a person.

        `proposed_by` lets a change of it wait, proposed by the person ("me") or by a colleague.
        """
        self.asking = person
        unit = {Placed.MINE_ABROAD: ABROAD, Placed.UNPLACED: None}.get(placed, HERE)
        mine = self.accounts.get(person, self.colleague)
        handler = mine if placed.is_mine else None if placed.is_free else self.colleague
        self.unit_name = unit
        self.case_id = make_case(
            self.db,
            unit_id=self.units[unit] if unit else None,
            handler_id=handler,
            exclusion=ExclusionReason.SPAM if excluded else None,
            subject="Hull i veien",
            **more,
        )
        with self.db.reading() as session:
            self.reference = session.get_one(Case, self.case_id).reference
        if proposed_by:
            self._propose(mine if proposed_by == "me" else self.colleague)

    def beside(self, *, linked: bool = False) -> str:
        """Return the reference of another case of the same unit and handler, linked to it already or not."""
        with self.db.writing() as session:
            case = session.get_one(Case, self.case_id)
            unit_id, handler_id = case.unit_id, case.handler_id
        other = make_case(self.db, unit_id=unit_id, handler_id=handler_id)
        with self.db.writing() as session:
            if linked:
                session.add(CaseLink(first_id=self.case_id, second_id=other, linked_at=NOW))
            return session.get_one(Case, other).reference

    def attached(self) -> int:
        """Return the number of a file that is attached to the case."""
        cabinet = Cabinet.of(self.app.extensions["dialogen"].config.attachments_dir, megabytes=1, most_files=9)
        with self.db.writing() as session, taken_in(cabinet, [Handed("notat.txt", BytesIO(b"Hemmelig."))]) as files:
            case = session.get_one(Case, self.case_id)
            version = case.version
            add_to_case(session, case, cabinet, files=files, author=Author(self.colleague, HandIn.WEB), now=NOW)
            case.version = version  # whoever asks has seen it
            session.flush()
            return session.scalars(select(Attachment.id).where(Attachment.case_id == case.id)).all()[-1]

    def _propose(self, account_id: int) -> None:
        with self.db.writing() as session:
            case = session.get_one(Case, self.case_id)
            propose(
                session,
                case,
                action=Action.EXCLUDED,
                changes=[Change("exclusion", None, "spam")],
                reason=None,
                author=Author(account_id, HandIn.WEB),
                proposed_by=account_id,
                now=NOW,
            )
            waiting = find_pending(session, self.case_id)
            assert waiting is not None
            self.pending_id = waiting.id

    def ask_page(self, person: Person, method: str, path: str, sent: dict[str, Any]) -> TestResponse:
        """Ask the web application as this person; redirects are not followed."""
        return self._asked(person, method, path, sent, follow=False)

    def read_page(
        self, person: Person, method: str, path: str, sent: dict[str, Any], **how: dict[str, str]
    ) -> TestResponse:
        """Ask the web application as this person, with `headers` if any, and follow where it leads."""
        return self._asked(person, method, path, sent, follow=True, **how)

    def _asked(
        self, person: Person, method: str, path: str, sent: dict[str, Any], *, follow: bool, **how: dict[str, str]
    ) -> TestResponse:
        if person not in self._clients:
            reader = Reader(self.app, self.db)
            self._clients[person] = (reader if person is ANONYMOUS else reader.sign_in(self.accounts[person])).client
        values: dict[str, Any] = {"data": sent} if method != "GET" else {"query_string": sent} if sent else {}
        return self._clients[person].open(path, method=method, follow_redirects=follow, buffered=True, **values, **how)

    def forget_session(self, person: Person) -> None:
        """Let the person sign in anew before the next question."""
        self._clients.pop(person, None)

    def ask_api(self, person: Person, method: str, path: str, sent: dict[str, Any]) -> TestResponse:
        """Ask the API with this person's token, which has every scope."""
        headers = {} if person is ANONYMOUS else {"Authorization": f"Bearer {self._secret(person)}"}
        return self.app.test_client().open(
            path, method=method, **{**sent, "headers": headers | sent.get("headers", {})}
        )

    def _secret(self, person: Person) -> str:
        if person not in self._secrets:
            self._secrets[person] = self.token(person, tuple(Scope))
        return self._secrets[person]

    def token(self, person: Person, scopes: tuple[Scope, ...]) -> str:
        """Give a person a new token."""
        with self.db.reading() as session:
            email = session.get_one(Account, self.accounts[person]).email
        return tokens.issue_token(self.db, email=email, scopes=scopes, expires_on=None, today=TODAY, now=NOW)[1]

    def token_of(self, account_id: int) -> int:
        """Return the number of a new token of an account."""
        with self.db.reading() as session:
            email = session.get_one(Account, account_id).email
        given = {"scopes": [Scope.STATS_READ], "expires_on": None, "today": TODAY, "now": NOW}
        return tokens.issue_token(self.db, email=email, **given)[0].id  # type: ignore[arg-type]

    def own_token(self) -> int:
        """Return the number of a new token of whoever asks."""
        return 999999 if self.asking is ANONYMOUS else self.token_of(self.accounts[self.asking])

    def own_errand(self, state: ErrandState = ErrandState.DONE, **values: Any) -> int:
        """Return the number of a new errand of whoever asks, with what it made if it is done."""
        if self.asking is ANONYMOUS:
            return 999999
        if state is ErrandState.DONE:
            values = made_by_errand(self._here.config.errands_dir) | values
        return put_errand(self.db, account_id=self.accounts[self.asking], state=state, **values)

    def checked_upload(self, *, then: str | None = None) -> int:
        """Return the number of a new upload of whoever asks, which was checked, and is imported then as `bad_rows` says."""
        account_id, upload_id = self.accounts[self.asking], self.own_upload(FILE, COLUMNS)
        check_upload(self._here, account_id=account_id, upload_id=upload_id)
        if then is not None:
            import_upload(self._here, account_id=account_id, upload_id=upload_id, keep_going=then == "skip")
        return upload_id

    def upload_being_checked(self) -> int:
        """Return the number of a new upload of whoever asks, which somebody has begun to check."""
        upload_id = self.own_upload(FILE, COLUMNS)
        begin_check(self.db, account_id=self.accounts[self.asking], upload_id=upload_id)
        return upload_id

    def chosen(self) -> dict[str, int | None]:
        """Return new cases that steps on many come to different things for, with the version that was seen of each."""
        return put_chosen(self.db, unit_id=self.units[HERE], handler_id=self.colleague)

    def own_step(self, step: BulkStep = BulkStep.EXCLUDE) -> int:
        """Return the number of a step that whoever asks did on a few new cases."""
        if self.asking is ANONYMOUS:
            return 999999
        return put_step(self.db, account_id=self.accounts[self.asking], step=step, chosen=self.chosen())

    def came_before(self) -> str:
        """Let the case be known again by its subject and its sender; returns its reference."""
        with self.db.writing() as session:
            keep_marks(session, session.get_one(Case, self.case_id))
        return self.reference

    def own_upload(self, text: str = SMALL_FILE, toml: str = SMALL_COLUMNS) -> int:
        """Return the number of a new upload of whoever asks, whose check is forgotten."""
        if self.asking is ANONYMOUS:
            return 999999
        return put_upload(self._here, account_id=self.accounts[self.asking], text=text, toml=toml)

    def saved_profile(self) -> str:
        """Return the name of a new profile."""
        name = self.fresh("Profil")
        with self.db.writing() as session:
            toml = '[columns]\nreference = "a"\nreceived = "b"\n'
            session.add(
                ImportProfile(name=name, name_key=name.casefold(), toml=toml, saved_by=self.colleague, saved_at=NOW)
            )
        return name

    def own_view(self) -> str:
        """Return the address of the one saved view of whoever asks."""
        if self.asking is ANONYMOUS:
            return "/cases/views/999999"
        account_id = self.accounts[self.asking]
        with self.db.writing() as session:
            session.execute(delete(SavedView).where(SavedView.account_id == account_id))
            view = SavedView(
                scope=f"a{account_id}",
                account_id=account_id,
                name="Min",
                name_key="min",
                address={"state": "open"},
                saved_at=NOW,
            )
            session.add(view)
            session.flush()
            return f"/cases/views/{view.id}"

    def everybodys_password(self) -> str:
        """Give everybody the same password, and return it."""
        with self.db.writing() as session:
            session.execute(update(Account).values(password_hash=CHEAP.hash(PASSWORD)))
        return PASSWORD

    @property
    def _here(self) -> Office:
        return cast("Office", self.app.extensions["dialogen"])

    @property
    def _keys(self) -> SecretKeys:
        return SecretKeys.of(self._here.config)

    def first_code(self) -> dict[str, str]:
        """Return what sets up a second step for whoever asks: the password, a key and its first code."""
        proof = self.everybodys_password()
        if self.asking is ANONYMOUS:
            return {"proof": proof}
        account = find_account(self.db, self.accounts[self.asking])
        assert account is not None
        offer = make_offer(self._keys, account=account, issuer="Dialogen", now=NOW)
        return {"proof": proof, "offered": offer.sealed, "code": code_at(NOW, offer.key)}

    def proof(self) -> dict[str, str]:
        """Give whoever asks a second step; returns what shows who they are."""
        if self.asking is not ANONYMOUS:
            give_second_step(self.db, self.accounts[self.asking], now=NOW, keys=self._keys)
        return {"proof": self.everybodys_password()}

    def lost_second_step(self) -> int:
        """Return a new account with a second step."""
        account_id = self.other
        give_second_step(self.db, account_id, now=NOW, keys=self._keys)
        return account_id

    def fresh(self, word: str) -> str:
        """Return a name that nothing has yet."""
        return f"{word} {next(self._numbers)}"

    def later_day(self) -> str:
        """Return a day that is later than any asked for before."""
        return (TODAY + timedelta(days=next(self._numbers))).isoformat()

    @property
    def other(self) -> int:
        """A new account that a deed may be done to: a manager of all units."""
        return make_account(self.db, roles=((Role.MANAGER, "*"),))

    def new_link(self) -> str:
        """Return the address at which a new account chooses its first password."""
        return f"/sign-in/link/{make_sign_in_link(self.db, by=None, account_id=self.other, now=NOW, author=BY_HAND)}"

    def linked_to_elsewhere(self) -> str:
        """Return the address of a new account's link to who it is elsewhere."""
        account_id, identity = self.other, Identity("https://login.asker.example", self.fresh("en"))
        link_identity(self.db, account_id=account_id, identity=identity, now=NOW)
        return f"/admin/people/{account_id}/identities/{identities_of(self.db, account_id)[0].id}"

    @property
    def other_unit(self) -> int:
        """A new unit that a deed may be done to."""
        with self.db.writing() as session:
            name = self.fresh("Virksomhet nummer")
            unit = Unit(name=name, name_key=name.casefold())
            session.add(unit)
            session.flush()
            return unit.id

    def closed_day(self) -> str:
        """Return a new closed day."""
        day = TODAY + timedelta(days=1000 + next(self._numbers))
        with self.db.writing() as session:
            session.add(ClosedDay(day=day, name="Stengt"))
        return day.isoformat()

    def kept_longer(self) -> int:
        """Return the retention time of a new kind of case."""
        with self.db.writing() as session:
            name = self.fresh("type")
            kind = Kind(word=name, word_key=name, name=name, name_key=name, in_use=True)
            session.add(kind)
            session.flush()
            rule = RetentionRule(keepsake=Keepsake.SENDER, scope=str(kind.id), kind_id=kind.id, months=120)
            session.add(rule)
            session.flush()
            return rule.id

    def waiting_list(self) -> int:
        """Return a new list of what is due, with nothing on it, that waits for approval."""
        return make_disposal_list(self.db)

    def letter_template(self) -> int:
        """Return a new template of the first unit's letters."""
        return put_template(self.db, unit_id=self.units[HERE], name=self.fresh("mal"))

    def letter_to_sender(self, state: LetterState) -> int:
        """Return a new letter to the sender of the case."""
        return put_letter_to_sender(self.db, case_id=self.case_id, state=state, name=self.fresh("svar"))

    def dead_letter(self) -> int:
        """Return a new letter that was given up."""
        return put_dead_letter(self.db, account_id=self.colleague, name=self.fresh("brev"))
