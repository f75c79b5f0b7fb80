"""The engine of the peer; as many connections as the service's own readers have."""

from sqlmodel import create_engine

from bench.peers.template.config import settings

engine = create_engine(settings.database_url, pool_size=settings.pool_size)
