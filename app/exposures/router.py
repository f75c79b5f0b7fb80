"""The endpoint of exposure previews."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.exposures.access import ReadExposure
from app.exposures.printed import MEDIA_TYPE, printed
from app.exposures.schemas import ExposureView, PreviewFormat
from app.scalars import Id
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["submissions"], route_class=Route)
Form = Annotated[PreviewFormat, Query(description="How the page is written.")]


@router.get(
    "/rounds/{round_id}/districts/{district_id}/exposure",
    response_model=ExposureView,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def preview_exposure(
    round_id: Id,
    district_id: Id,
    exposures: ReadExposure,
    format: Form = PreviewFormat.JSON,  # noqa: A002 - the name of the parameter
) -> ExposureView | Response:
    """Read on one page what may become of your answers, before your district attests them.

    Which figures they may enter and from how many districts on, who reads those, what nobody will
    see, and what is not promised. With `format=pdf` it is a page to print and to take to the board.
    """
    preview = await exposures.preview(round_id, district_id)
    if format is PreviewFormat.JSON:
        return preview
    name = f"exposure-{preview.period}.pdf"
    return Response(
        await printed(preview),
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": f'inline; filename="{name}"',
            "cache-control": "private, no-cache",
        },
    )
