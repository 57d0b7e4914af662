"""Every setting: a `LOOKUP_*` environment variable with its default and what it does."""

from __future__ import annotations

import os
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
    """LOOKUP_STATE_DIR: accounts, audit log, uploads and edited vocabulary of the staff; never inside the index folder."""

    staff_session_minutes: int = 30
    """LOOKUP_STAFF_SESSION_MINUTES: minutes without a request after which staff sign in again."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment; what is not set keeps its default."""
        return cls(
            index_dir=Path(environment.get("LOOKUP_INDEX_DIR") or cls.index_dir),
            portal_name=environment.get("LOOKUP_PORTAL_NAME") or cls.portal_name,
            allowed_origins=tuple(filter(None, map(str.strip, environment.get("LOOKUP_ALLOWED_ORIGINS", "").split(",")))),
            state_dir=Path(environment.get("LOOKUP_STATE_DIR") or cls.state_dir),
            staff_session_minutes=int(environment.get("LOOKUP_STAFF_SESSION_MINUTES") or cls.staff_session_minutes),
        )
