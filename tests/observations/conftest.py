import pytest
from observating import BOTH, kept_in


@pytest.fixture(autouse=True)
async def kept(given, roster) -> None:
    """What there is to observe, in both districts."""
    for place in BOTH:
        await given(*kept_in(place))
