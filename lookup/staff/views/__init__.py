"""The pages of `/quan-tri`; each module adds its own to the blueprint when it is imported."""

from lookup.staff.views import changes, faults, jobs, log, overview, reports, sign_in, uploads, versions, vocabulary, wording

PARTS = (changes, faults, jobs, log, overview, reports, sign_in, uploads, versions, vocabulary, wording)
