"""The settings of a command."""

import typer
from pydantic import ValidationError

from app.settings import Settings, faults_of


def settings() -> Settings:
    """Read the settings, or stop with a sentence for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        typer.echo("\n".join(faults_of(error)), err=True)
        raise typer.Exit(2) from None
