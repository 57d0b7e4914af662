"""Every setting: a `LOOKUP_*` environment variable with its default and what it does."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one process."""

    index_dir: Path = Path("var/index")
    """LOOKUP_INDEX_DIR: the folder of the published versions."""

    portal_name: str = "Tra cứu thủ tục hành chính"
    """LOOKUP_PORTAL_NAME: what the pages call themselves."""

    allowed_origins: tuple[str, ...] = ()
    """LOOKUP_ALLOWED_ORIGINS: other sites, parted by commas, whose pages may call the API beside Zalo's mini-apps."""

    state_dir: Path = Path("var/state")
    """LOOKUP_STATE_DIR: accounts, audit log, uploads and edited vocabulary of the staff, counts of searches; never inside the index folder."""

    staff_session_minutes: int = 30
    """LOOKUP_STAFF_SESSION_MINUTES: minutes without a request after which staff sign in again."""

    trusted_proxies: int = 0
    """LOOKUP_TRUSTED_PROXIES: how many proxies stand before us whose X-Forwarded-* headers are believed."""

    allowed_hosts: tuple[str, ...] = ()
    """LOOKUP_ALLOWED_HOSTS: the names, parted by commas, by which the service may be asked (`.example.vn`: all below it); empty: any."""

    hsts: int = 0
    """LOOKUP_HSTS: seconds for which browsers shall come back by HTTPS only; 0: not said."""

    rate_limit: str = "3000/minute"
    """LOOKUP_RATE_LIMIT: requests an address may send; several parted by semicolons; empty: no limit. Many phones share one address of a carrier."""

    redis_url: str = ""
    """LOOKUP_REDIS_URL: the Redis in which machines count an address together; empty: every worker counts its share in memory."""

    queue: int = 200
    """LOOKUP_QUEUE: requests that may wait in a worker; what comes beyond is told at once to come again."""

    cache_mb: int = 32
    """LOOKUP_CACHE_MB: megabytes of ready answers that a worker may keep; 0: none."""

    metrics: bool = True
    """LOOKUP_METRICS: whether `/metrics` answers (1 or 0), to askers on this machine or its private network that come through no proxy."""

    insights: bool = True
    """LOOKUP_INSIGHTS: whether searches are counted without persons (1 or 0)."""

    request_log: bool = True
    """LOOKUP_REQUEST_LOG: whether every request leaves a line on standard error (1 or 0)."""

    workers: int = 1
    """WEB_CONCURRENCY: processes among which an address's limit is divided."""

    province: str = ""
    """LOOKUP_PROVINCE: whose service this is, shown beside the name."""

    hotline: str = ""
    """LOOKUP_HOTLINE: the number to call where something is unknown."""

    feedback_url: str = ""
    """LOOKUP_FEEDBACK_URL: where people say what is wrong, `https:` or `mailto:`."""

    public_url: str = ""
    """LOOKUP_PUBLIC_URL: the address people know the service by, as `https://tthc.tinh.gov.vn`; goes into links that are passed on, QR codes, the sitemap."""

    zalo_app_id: str = ""
    """LOOKUP_ZALO_APP_ID: the number of the province's mini-app, to which pages then lead (`https://zalo.me/s/…`)."""

    def __post_init__(self) -> None:
        """Refuse what would make a broken link on every page."""
        if self.hotline and not re.fullmatch(r"\+?[\d .()-]{3,20}", self.hotline):
            raise ValueError(f"LOOKUP_HOTLINE: “{self.hotline}” không phải số điện thoại. Xin ghi số, ví dụ 1900 1234.")
        if self.feedback_url and not re.match(r"(https://|mailto:)[^\s\"<>]+$", self.feedback_url):
            raise ValueError(f"LOOKUP_FEEDBACK_URL: “{self.feedback_url}” phải bắt đầu bằng https:// hoặc mailto:.")
        if self.public_url and not re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?", self.public_url, re.ASCII):
            raise ValueError(f"LOOKUP_PUBLIC_URL: “{self.public_url}” phải có dạng https://tên-miền, không có gì theo sau.")
        if self.zalo_app_id and not (self.zalo_app_id.isascii() and self.zalo_app_id.isdecimal()):
            raise ValueError(f"LOOKUP_ZALO_APP_ID: “{self.zalo_app_id}” phải là một dãy chữ số.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment; what is not set keeps its default. Raises ValueError that says which cannot be read."""
        return cls(
            index_dir=Path(environment.get("LOOKUP_INDEX_DIR") or cls.index_dir),
            portal_name=environment.get("LOOKUP_PORTAL_NAME") or cls.portal_name,
            staff_session_minutes=_number(environment, "LOOKUP_STAFF_SESSION_MINUTES", cls.staff_session_minutes),
            allowed_origins=_list(environment.get("LOOKUP_ALLOWED_ORIGINS", "")),
            state_dir=Path(environment.get("LOOKUP_STATE_DIR") or cls.state_dir),
            trusted_proxies=_number(environment, "LOOKUP_TRUSTED_PROXIES", cls.trusted_proxies),
            allowed_hosts=_list(environment.get("LOOKUP_ALLOWED_HOSTS", "")),
            hsts=_number(environment, "LOOKUP_HSTS", cls.hsts),
            rate_limit=environment.get("LOOKUP_RATE_LIMIT", cls.rate_limit).strip(),
            redis_url=environment.get("LOOKUP_REDIS_URL", ""),
            queue=_number(environment, "LOOKUP_QUEUE", cls.queue),
            cache_mb=_number(environment, "LOOKUP_CACHE_MB", cls.cache_mb),
            metrics=_switch(environment, "LOOKUP_METRICS"),
            insights=_switch(environment, "LOOKUP_INSIGHTS"),
            request_log=_switch(environment, "LOOKUP_REQUEST_LOG"),
            workers=_number(environment, "WEB_CONCURRENCY", cls.workers) or cls.workers,
            province=environment.get("LOOKUP_PROVINCE") or cls.province,
            hotline=environment.get("LOOKUP_HOTLINE") or cls.hotline,
            feedback_url=environment.get("LOOKUP_FEEDBACK_URL") or cls.feedback_url,
            public_url=environment.get("LOOKUP_PUBLIC_URL", "").rstrip("/"),
            zalo_app_id=environment.get("LOOKUP_ZALO_APP_ID", ""),
        )


def _list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name}: “{text}” phải là một số nguyên, không âm.")
    return int(text)


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "1"
    if text not in ("0", "1"):
        raise ValueError(f"{name}: “{text}” phải là 1 (bật) hoặc 0 (tắt).")
    return text == "1"
