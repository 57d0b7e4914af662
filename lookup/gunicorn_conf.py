"""How gunicorn serves the application: a worker a core, threads for kept-alive connections."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
worker_class = "gthread"
threads = 8  # phones keep connections open; four threads halve what is served while Python computes
keepalive = 5
timeout = 30
graceful_timeout = 20
