"""Around every answer: the gate before it, what is kept, counted, logged and refused, and how gunicorn serves it."""
