"""The headers that keep a browser from doing what our pages never ask for; every answer carries them."""

from __future__ import annotations

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",  # Zalo's web view opens pages itself, not in a frame
}

Headers = list[tuple[str, str]]


def make_headers(hsts: int) -> Headers:
    """The headers of every answer; `hsts` in seconds, 0 leaves it out."""
    headers = [
        ("Content-Security-Policy", "; ".join(f"{name} {sources}" for name, sources in POLICY.items())),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),  # an address holds what was searched for: the sites we link to are not told
        ("Permissions-Policy", "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"),  # a search can be spoken
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    return [*headers, ("Strict-Transport-Security", f"max-age={hsts}")] if hsts else headers


def join_headers(given: Headers, ours: Headers) -> Headers:
    """Ours beside those of an answer; what an answer says of itself stands."""
    said = {name.lower() for name, _ in given}
    return [*given, *(header for header in ours if header[0].lower() not in said)]
