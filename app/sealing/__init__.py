"""Confidential values at rest: AES-256-GCM under keys that are outside the database.

A value is sealed under the data key of its district, what the vault keeps of releases under one of
its own; a data key is stored wrapped by a master key; the master keys are in a file or a setting,
never in the database. Who has a dump of the database opens nothing; who has the machine the
application runs on opens everything.
"""

from app.sealing.data_keys import (
    SEALS_PER_KEY,
    DataKey,
    SealBroken,
    answer_aad,
    joined,
)
from app.sealing.held_keys import THE_VAULT, HeldKeys
from app.sealing.master_key import MasterKey
from app.sealing.master_keys import MasterKeys
from app.sealing.purposes import Fingerprints, SystemSeal
from app.sealing.tombstones import Tombstone

__all__ = [
    "SEALS_PER_KEY",
    "THE_VAULT",
    "DataKey",
    "Fingerprints",
    "HeldKeys",
    "MasterKey",
    "MasterKeys",
    "SealBroken",
    "SystemSeal",
    "Tombstone",
    "answer_aad",
    "joined",
]
