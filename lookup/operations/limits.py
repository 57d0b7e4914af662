"""How much one address may ask. Counting in memory costs a microsecond; Redis, where it is set, counts for several machines together."""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

log = logging.getLogger(__name__)

MOST_ADDRESSES = 100_000  # counted at a time in one window of a worker; beyond that all begin anew
REDIS_PATIENCE = 0.1  # seconds a request waits for Redis
REDIS_REST = 30  # seconds for which a Redis that failed is not asked again


class Window:
    """Counts addresses in fixed windows of time, which begin for all at once."""

    def __init__(self, most: int, seconds: int) -> None:
        self._most = most
        self._seconds = seconds
        self._number = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def wait(self, address: str, now: float) -> int:
        """Count a request; the seconds until the address may ask again, 0 where it may go on."""
        number = int(now // self._seconds)
        with self._lock:
            if number != self._number or len(self._counts) >= MOST_ADDRESSES:
                self._number, self._counts = number, {}
            count = self._counts[address] = self._counts.get(address, 0) + 1
        return 0 if count <= self._most else math.ceil((number + 1) * self._seconds - now)


class SharedLimits:
    """The same limits counted in Redis. Raises whatever Redis fails with."""

    def __init__(self, items: list[RateLimitItem], url: str) -> None:
        self._items = items
        self._limiter = FixedWindowRateLimiter(storage_from_string(url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE))

    def wait(self, address: str, now: float) -> int:
        """As `Window.wait`."""
        full = [item for item in self._items if not self._limiter.hit(item, address)]
        waits = (math.ceil(self._limiter.get_window_stats(item, address).reset_time - now) for item in full)
        return max((max(1, wait) for wait in waits), default=0)


class Limiter:
    """Tells whether an address may go on. In memory each of `workers` processes grants its share, since no process sees what the others count."""

    def __init__(self, limits: str, workers: int = 1, redis_url: str = "") -> None:
        try:
            items = parse_many(limits) if limits else []
        except ValueError as error:
            raise ValueError(
                f"LOOKUP_RATE_LIMIT: không hiểu “{limits}”. Xin ghi như “3000/minute” hoặc “100/second; 3000/minute”; để trống là không giới hạn."
            ) from error
        self._windows = [Window(math.ceil(item.amount / workers), item.get_expiry()) for item in items]
        self._shared = SharedLimits(items, redis_url) if items and redis_url else None
        self._shared_from = 0.0

    def wait(self, address: str) -> int:
        """Count a request; the seconds that the address has to wait, 0 where it may pass."""
        if not self._windows:
            return 0
        network, now = network_of(address), time.time()
        if self._shared and time.monotonic() >= self._shared_from:
            try:
                return self._shared.wait(network, now)
            except Exception as error:  # a limit must never be why a citizen gets no answer
                self._shared_from = time.monotonic() + REDIS_REST
                log.warning("Redis does not answer (%s): addresses are counted in memory for %d s", type(error).__name__, REDIS_REST)
        waits = [window.wait(network, now) for window in self._windows]
        return max(waits)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """What counts as one asker: an IPv4 address, or the /64 of an IPv6 address, of which one household has a whole one."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((parsed, 64), strict=False))
