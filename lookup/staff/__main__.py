"""What the process of a job runs: `python -m lookup.staff JOB STEP LOCK WHO`. `starting` starts it, never a hand."""

import sys

from lookup.staff import refresh_process, vocabulary_process

STEPS = {
    "read": refresh_process.main,
    "publish": refresh_process.main,
    "show": vocabulary_process.main,
    "keep": vocabulary_process.main,
}

if __name__ == "__main__":
    job, step, lock, who = sys.argv[1:]
    STEPS[step](job, step, lock, who)
