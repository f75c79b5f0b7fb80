"""Steps by which districts become known by name: consents, introductions, practices, leaving."""

from datetime import timedelta
from math import inf
from random import Random
from typing import Any
from uuid import UUID

from conftest import NORTH, SOUTH
from in_rounds import NUMBERS
from let_out import Consent
from members import member
from pairs import ANSWERS, HEAD, OTHERS, STEWARD, Pair
from twins import TOPIC

from app.clock import now
from app.vocabulary import Role

SHARING = (NORTH, SOUTH, member(1), member(5), member(7), member(8))
"""Who shows its answers, and to whom; of others than the north the last two let colleagues coach."""
SOUGHT: dict[str, list[dict[str, Any]]] = {
    "who-coaches": [{"option": "a colleague"}, {"option": "the principal"}, {"option": "nobody"}],
    "advisory": [{"level": 2}, {"level": 3}],
    "survey": [{"yes": True}],
}
WEEKS = timedelta(days=31)
"""Longer than an introduction waits."""


def head_of(district: UUID) -> tuple[Role, UUID]:
    """Who decides what a district shows."""
    return Role.SUPERINTENDENT, district


def waits(inquiry: dict[str, Any]) -> bool:
    """Whether an inquiry can be answered."""
    return inquiry["meets"] is None and inquiry["state"] == "waiting"


class InSharing(Pair):
    """What districts show to each other by name, and what is read by it."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[Consent] = []

    def under_way(self, dice: Random) -> None:
        """Tell in some what is done: beside a release that would expose others, most often."""
        if dice.random() < 0.4:
            self.tell(dice)
        super().under_way(dice)

    def consent(self, dice: Random) -> None:
        """Show an answer to one or all; beside a quantile, whether one may hangs on values."""
        district = dice.choice((NORTH, dice.choice(SHARING)))
        named = dice.choice([each for each in SHARING if each != district])
        recipient = named if dice.random() < 0.8 else None
        code = dice.choice([each for each in ANSWERS if not (self.quantiles and each in NUMBERS)])
        mutual, days = dice.random() < 0.3, 20 if dice.random() < 0.2 else None
        until = self.twins[0].days + days if days else inf
        last = now() + timedelta(days=until) if days else None
        whom = {"all_members": True} if recipient is None else {"recipients": [str(recipient)]}
        body = {
            "round_id": self.course.round["id"],
            "item": code,
            "mutual": mutual,
            "until": last and str(last.date()),
            **whom,
        }
        path = f"/v1/districts/{district}/consents"
        answer = self.ask(head_of(district), "POST", path, body)
        if answer.is_success:
            (made,) = answer.json()["data"]
            told = Consent(district, recipient, body["round_id"], code, mutual, until)
            self.let_out.consents[made["id"]] = told
        self.took("consent", answer)

    def revoke(self, dice: Random) -> None:
        known = [*self.let_out.consents.items()]
        id_, consent = dice.choice(known) if known else (NORTH, None)
        who = head_of(consent.district if consent else SOUTH)
        answer = self.ask(who, "POST", f"/v1/consents/{id_}/revoke")
        if answer.is_success:
            self.ended.append(self.let_out.consents.pop(id_))
        self.took("revoke", answer)

    def look(self, dice: Random) -> None:
        """Read what others show: of what somebody shows, or did lately, or of any item."""
        known = [*self.let_out.consents.values(), *self.ended[-2:]]
        known = [each for each in known if each.district == NORTH] or known
        one = dice.choice(known) if known and dice.random() < 0.8 else None
        item = one.item if one else dice.choice([*ANSWERS])
        round_id = one.round_id if one else self.course.round["id"]
        reader = dice.choice(SHARING[1:])
        if one and one.recipient not in {None, NORTH} and dice.random() < 0.8:
            reader = one.recipient
        asked = f"round_id={round_id}&item={item}"
        path = f"/v1/districts/{reader}/shared-answers?{asked}"
        self.took("look", self.ask((Role.DATA_STEWARD, reader), "GET", path))

    def seek(self, dice: Random) -> None:
        """Ask to meet who answered so, of whom the north may be one in one service alone."""
        item = dice.choice(("who-coaches", *SOUGHT))
        body = {
            "round_id": self.course.round["id"],
            "item": item,
            "sought": dice.choice(SOUGHT[item]),
            "contact": "Ada Invented, ada@example.org",
        }
        who = head_of(dice.choice(SHARING[1:]))
        path = f"/v1/districts/{who[1]}/introductions"
        self.took("seek", self.ask(who, "POST", path, body))

    def reply(self, dice: Random) -> None:
        """Say yes or no; the north does where it is asked in both, and else stays silent."""
        inquiry = str(NORTH)
        for district in dice.sample(SHARING, len(SHARING)):
            who = head_of(district)
            first, second = (
                {each["id"] for each in page.json()["data"] if waits(each)}
                for page in self.both(who, "GET", f"/v1/districts/{district}/inquiries")
            )
            self.compared["the north is asked in one alone"] += first != second
            if first & second:
                inquiry = max(first & second)
                break
        body = {"meets": dice.random() < 0.5, "contact": "Bo Invented, bo@example.org"}
        self.took("reply", self.ask(who, "POST", f"/v1/inquiries/{inquiry}/answer", body))

    def wait(self, _dice: Random) -> None:
        """Let what waits close."""
        for twin in self.twins:
            twin.days += WEEKS.days
        self.let_out.day += WEEKS.days
        who = head_of(SOUTH)
        self.took("wait", self.ask(who, "GET", f"/v1/districts/{SOUTH}/introductions"))

    def tell(self, dice: Random) -> None:
        """Tell what a district does, or take it back."""
        district, code = dice.choice(SHARING), dice.choice(("coaching", "mentoring"))
        listed = self.ask(head_of(SOUTH), "GET", "/v1/practices").json()["data"]
        if listed and dice.random() < 0.3:
            one = dice.choice(listed)
            path = f"/v1/districts/{one['district_id']}/practices/{one['code']}/withdraw"
            who = head_of(UUID(one["district_id"]))
            self.took("take back", self.ask(who, "POST", path))
            return
        path = f"/v1/districts/{district}/practices/{code}"
        body = {
            "topic": TOPIC,
            "title": "Every newcomer has a coach",
            "description": "Two hours a week.",
            "contact": "Office of Teaching, teaching@example.org",
        }
        self.took("tell", self.ask(head_of(district), "PUT", path, body))

    def leave(self, dice: Random) -> None:
        """Leave as far as the answers are held, and stay."""
        here = f"/v1/districts/{NORTH}"
        self.ask(HEAD, "POST", f"{here}/departure")
        export = f"{here}/export/answers?limit=1&include_total=true"
        answers = self.ask(STEWARD, "GET", export).json()["total"]
        self.ask(HEAD, "POST", f"{here}/departure/confirm", {"answers": answers})
        addresses = self.addresses()
        for who in dice.sample(OTHERS, 4):
            self.ask(who, "GET", dice.choice(addresses))
        self.took("leave", self.ask(HEAD, "POST", f"{here}/departure/cancel"))
