"""Tests that take longer than a person likes to wait: continuous integration runs them all."""

import os

import pytest

slow = pytest.mark.skipif(
    "C34_SLOW" not in os.environ, reason="takes 10 s or more: set C34_SLOW=1 to run it"
)
