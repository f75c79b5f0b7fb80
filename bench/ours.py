"""The service as it is measured: like the peer, without a line in the log for each request."""

import logging

import structlog
from fastapi import FastAPI

from app.serving import application as assembled
from app.serving import database_set
from app.settings import Settings


def application() -> FastAPI:
    """Assemble the application on the database that the environment names."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings()
    return assembled(settings, database_set(settings))
