"""What a problem looks like, whole."""

from typing import Any

from httpx import Response

from app.problems import kinds_of_problem

TITLES = {code: kind.title for code, kind in kinds_of_problem().items()}


def fault(pointer: str, code: str, detail: str, **place: Any) -> dict[str, Any]:
    return {"pointer": pointer, "code": code, "detail": detail, **place}


def problem(answer: Response, status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Compare an answer with the whole problem that it must be, and return its body."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body == {
        "type": f"/problems/{code}",
        "title": TITLES[code],
        "status": status,
        "detail": detail,
        "instance": answer.request.url.raw_path.decode().partition("?")[0],
        "code": code,
        "request_id": answer.headers["x-request-id"],
        **more,
    }
    assert answer.status_code == status
    return body


def faults(answer: Response) -> list[tuple[str, str]]:
    """List what is wrong with a request, as pointers and codes."""
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
