"""What an operator has to mend."""


class Trouble(Exception):  # noqa: N818 - the word an operator reads
    """Something around the service is not as it must be; the message says what in a sentence."""
