"""What the arithmetic cannot take, as one exception that a service can turn into a fault."""


class Unfit(ValueError):  # noqa: N818 - says what is wrong, as problems do
    """A period, number, target or event that makes no sense; it says nothing of who may do what.

    ``field`` is the name of the part that is wrong, ``code`` a word for programs and ``detail`` a
    sentence for people: what a fault of the wire is made of.
    """

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.code = code
        self.detail = detail
