"""The application of the peer."""

from fastapi import FastAPI

from bench.peers.template.routes import districts, goals

app = FastAPI(title="Peer")
app.include_router(goals.router)
app.include_router(districts.router)
