"""The settings: read once from the environment, checked, and described in ``docs/settings.md``."""

import re
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url

VERSION: Final = "0.1.0"
DRIVER: Final = "postgresql+asyncpg"
ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
EVERY_ORIGIN: Final = "*"
DIALECTS: Final = frozenset({"postgresql", "postgres", DRIVER})


class Settings(BaseSettings):
    """What an operator can set; each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        frozen=True, env_file=None, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL of the requests' login (`c34_app`). Unset: the embedded server.",
    )
    release_database_url: SecretStr | None = Field(
        default=None, description="The same database for the vault's login (`c34_release`)."
    )
    c34_data: Path = Field(
        default=Path("var"),
        description="Folder of the embedded server, the key files and the demo's keys.",
    )
    c34_postgres_binaries: Path | None = Field(
        default=None, description="Folder of the PostgreSQL programs for the embedded server."
    )
    c34_host: str = Field(default="127.0.0.1", description="Address the service listens on.")
    c34_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8034, description="Port the service listens on; 0 takes a free one."
    )
    c34_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="Worker processes of `c34 serve`."
    )
    c34_public_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:8034"),
        description="The address clients see: issuer of tokens, base of the discovery documents.",
    )
    c34_master_keys: SecretStr | None = Field(
        default=None, description="Content of the master key file, where a file is not wanted."
    )
    c34_signing_keys: SecretStr | None = Field(
        default=None, description="Content of the signing key file, where a file is not wanted."
    )
    c34_pool_size: Annotated[int, Field(ge=1, le=200)] = Field(
        default=8, description="Connections of a worker for reads, and as many for writes."
    )
    c34_statement_cache: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=200,
        description="Prepared statements of a connection; 0 behind a pooler of transactions.",
    )
    c34_body_limit: Annotated[int, Field(ge=1024)] = Field(
        default=2 * 1024**2, description="Largest body of a request, in bytes."
    )
    c34_batch_limit: Annotated[int, Field(ge=1024)] = Field(
        default=16 * 1024**2, description="Largest body of a batch, in bytes."
    )
    c34_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins whose pages may call the API from a browser, with commas between"
        " them (`https://plans.example`); `*` alone for every page.",
    )
    c34_quota: Annotated[int, Field(ge=0)] = Field(
        default=600,
        description="Requests of an account in a window; 0 for no limit. Each worker counts for"
        " itself.",
    )
    c34_address_quota: Annotated[int, Field(ge=0)] = Field(
        default=600,
        description="The same for an address whose callers are not known. Behind a proxy name it in"
        " `FORWARDED_ALLOW_IPS`, or all of them have one address.",
    )
    c34_quota_window: Annotated[int, Field(ge=1, le=86_400)] = Field(
        default=60, description="Seconds of a window."
    )

    c34_job_lease: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=30,
        description="Seconds after which the job of a process that has died is begun again.",
    )

    @field_validator("c34_origins", mode="before")
    @classmethod
    def separate(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        """Take apart what stands in one variable."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("c34_origins")
    @classmethod
    def origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Accept origins as browsers write them, or every one, said by itself."""
        if value != (EVERY_ORIGIN,) and not all(ORIGIN.fullmatch(each) for each in value):
            raise ValueError("must be origins such as https://plans.example, or * alone")
        return value

    @field_validator("database_url", "release_database_url")
    @classmethod
    def one_database(cls, value: SecretStr | None) -> SecretStr | None:
        """Accept any spelling of PostgreSQL, and no other database."""
        if value is not None and make_url(value.get_secret_value()).drivername not in DIALECTS:
            raise ValueError("must be a postgresql:// address")
        return value

    @property
    def master_key_file(self) -> Path:
        """Return where the master keys are, unless they are set themselves."""
        return self.c34_data / "keys" / "master.json"

    @property
    def login_file(self) -> Path:
        """Return where the passwords of the embedded server's two logins are."""
        return self.c34_data / "keys" / "logins.json"

    @property
    def signing_key_file(self) -> Path:
        """Return where the signing keys are, unless they are set themselves."""
        return self.c34_data / "keys" / "signing.json"


def faults_of(error: ValidationError) -> list[str]:
    """Say of each setting that cannot be used which it is and why, without its value."""
    return [
        f"{'.'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    ]


def with_driver(url: str | URL) -> URL:
    """Return a database address for SQLAlchemy, whichever spelling it came in."""
    return make_url(url).set(drivername=DRIVER)


def plain(url: URL) -> str:
    """Return a database address as asyncpg and PostgreSQL's own programs take it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def settings_table() -> str:
    """Write the settings as a table for the documentation."""
    rows = ["| name | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default: Any = field.default
        shown = "(unset)" if default in {None, ()} else f"`{default}`"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"
