"""A preview as a page to print."""

from pathlib import Path
from typing import Final

import typst
from anyio import CapacityLimiter, to_thread

from app.exposures.schemas import ExposureView

MEDIA_TYPE: Final = "application/pdf"
PAGE: Final = Path(__file__).with_name("page.typ").read_bytes()
ONE_AT_A_TIME: Final = CapacityLimiter(1)
"""Setting a page takes a processor whole: a second one at once would leave none for others."""


async def printed(preview: ExposureView) -> bytes:
    """Set a preview as PDF; what it says is data to the page, never markup."""
    told = {"preview": preview.model_dump_json()}

    def set_page() -> bytes:
        pages: bytes = typst.compile(PAGE, format="pdf", sys_inputs=told)
        return pages

    return await to_thread.run_sync(set_page, limiter=ONE_AT_A_TIME)
