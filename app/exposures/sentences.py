"""What a preview says in sentences: one page for who attests, in plain words."""

from app.policy.charter import Charter
from app.scalars import View


class Said(View):
    """The sentences of a preview, under its four headings."""

    readers: list[str]
    nobody_sees: list[str]
    kept: list[str]
    limits: list[str]


def said(charter: Charter) -> Said:
    """Write the sentences under a charter."""
    fewest = charter.fewest_districts
    return Said(
        readers=[
            "Members that attested their own answers to this round read what is released (TR-24).",
            f"A member that joined after the close reads it for {charter.late_months} months.",
            "The consortium's release staff reads what is released, and no answer behind it.",
            "Your own people with a role for figures read your answers beside it.",
        ],
        nobody_sees=[
            "Your answers, unless your superintendent shows one by name (TR-26).",
            (
                f"Any figure of fewer than {fewest} districts, or one that could be had by taking"
                " released figures from each other, now or later (DR-01, DR-05); but for items that"
                " are published elsewhere anyway."
            ),
            "A rank, a lowest or a highest, or a list in the order of values (TR-25).",
            "Why a figure is withheld.",
        ],
        kept=[
            "Your answers are encrypted under a key of your district alone (TR-28).",
            "Your view of the ledger lists each time the vault opened them (TR-07).",
            f"When you leave, they can never be opened again after {charter.hold_days} days.",
        ],
        limits=[
            (
                f"{fewest - 1} members that put their own answers together could learn the last"
                f" one's behind a figure of {fewest}."
            ),
            "Laws on public records may reach what a public district submits.",
            "Who runs the machine and holds its keys could read what it computes.",
        ],
    )
