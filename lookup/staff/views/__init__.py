"""The pages of `/quan-tri`; each module adds its own to the blueprint when it is imported."""

from lookup.staff.views import faults, jobs, log, overview, reports, sign_in, uploads, versions, wording

PARTS = (faults, jobs, log, overview, reports, sign_in, uploads, versions, wording)
