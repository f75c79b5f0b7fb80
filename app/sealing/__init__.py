"""Confidential values at rest: AES-256-GCM under keys that are outside the database.

A value is sealed under the data key of its district; the data key is stored wrapped by a master
key; the master keys are in a file or a setting, never in the database. Who has a dump of the
database opens nothing; who has the machine the application runs on opens everything.
"""

from app.sealing.data_keys import (
    SEALS_PER_KEY,
    DataKey,
    SealBroken,
    answer_aad,
    joined,
)
from app.sealing.master_key import MasterKey
from app.sealing.master_keys import MasterKeys
from app.sealing.purposes import Fingerprints, SystemSeal
from app.sealing.tombstones import Tombstone

__all__ = [
    "SEALS_PER_KEY",
    "DataKey",
    "Fingerprints",
    "MasterKey",
    "MasterKeys",
    "SealBroken",
    "SystemSeal",
    "Tombstone",
    "answer_aad",
    "joined",
]
