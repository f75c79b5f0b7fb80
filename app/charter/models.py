"""The table of the charter's versions."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common
from app.policy.charter import RANGES, Charter
from app.policy.lock import APP
from app.vocabulary import Parameter


class CharterVersion(Common, Base):
    """The parameters from one motion to the next: a row is added by an adopted motion (TR-20).

    The first version came with the system: no meeting adopted it, and it has no motion.
    """

    __tablename__ = "charters"
    __table_args__ = (
        *(
            CheckConstraint(f"{name} between {each.least} and {each.most}", name=name)
            for name, each in RANGES.items()
        ),
        CheckConstraint("prevalence_bands <= prevalence_tenths", name="prevalence"),
        CheckConstraint("(version = 1) = (motion_id is null)", name="motion"),
        CheckConstraint("(version = 1) = (adopted_on is null)", name="adopted"),
        {
            "info": {
                "rights": {APP: "select, insert"},
                "policies": {
                    "adopted": f"as restrictive for insert to {APP} with check (exists"
                    " (select from motions m where m.id = motion_id and m.state = 'adopted'"
                    " and m.kind = 'set_parameter'))"
                },
            }
        },
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    adopted_on: Mapped[date | None]
    motion_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("motions.id"), unique=True)
    in_force_since: Mapped[datetime]
    fewest_districts: Mapped[int]
    share_cap: Mapped[int]
    nearness: Mapped[int]
    coalition: Mapped[int]
    fewest_students: Mapped[int]
    neighbours: Mapped[int]
    changed_together: Mapped[int]
    prevalence_bands: Mapped[int]
    prevalence_tenths: Mapped[int]
    cost_days: Mapped[int]
    trial_plans: Mapped[int]
    review_days: Mapped[int]
    late_months: Mapped[int]
    introduction_days: Mapped[int]
    hold_days: Mapped[int]

    @classmethod
    def of(
        cls, charter: Charter, motion_id: UUID, *, adopted_on: date, since: datetime
    ) -> "CharterVersion":
        """Write down parameters that a motion made."""
        return cls(
            motion_id=motion_id, adopted_on=adopted_on, in_force_since=since, **asdict(charter)
        )

    def charter(self) -> Charter:
        """Give the parameters as the rules take them."""
        return Charter(self.version, **{name.value: getattr(self, name) for name in Parameter})
