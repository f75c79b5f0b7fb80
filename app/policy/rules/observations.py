"""Rules about who is shown observations, and in what order; each is kept by how they are read."""

from app.policy.rules import state

state(
    "TR-25",
    "A read of observations takes exactly one district, and never goes by their values.",
    "app.observations.readings.OF_DISTRICT",
)
