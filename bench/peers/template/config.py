"""The settings of the peer, from the environment."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the database is, and what tokens are signed with."""

    model_config = SettingsConfigDict(env_prefix="PEER_")

    database_url: str
    secret_key: str
    pool_size: int = 8


settings = Settings()
