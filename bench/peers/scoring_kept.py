"""The same scoring job with pymcdm, by a user who also keeps decoded rows from one request to the next."""

from __future__ import annotations

from scorecards import kept
from scoring import weighted_sum
from scoring_api import handler_of

handler = handler_of(weighted_sum, kept)
