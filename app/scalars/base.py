"""What makes a plain type exact."""

from abc import ABC, abstractmethod
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

OURS: Final = "c34:"
"""Begins the type of an error whose words are ours, and may be shown."""


def wrong(code: str, detail: str) -> PydanticCustomError:
    """Make the error of a validator: the caller is shown both, so no input goes into them."""
    return PydanticCustomError(f"{OURS}{code}", detail)


class Scalar(ABC):
    """What makes a plain type exact, as metadata of ``Annotated``."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """Return the value as it is kept, or raise ``wrong(…)``."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Describe what is accepted, as JSON Schema."""

    def serialisation(self) -> core_schema.PlainSerializerFunctionSerSchema | None:
        """Say how it is written, where that is not as its Python type is."""
        return None

    def __get_pydantic_core_schema__(self, _source: Any, _: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=self.serialisation()
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = self.schema()
        if handler.mode == "serialization":  # where 0.07 / 0.01 in floats is no whole number
            schema.pop("multipleOf", None)
        return schema
