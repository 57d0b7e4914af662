"""The staff page `/quan-tri`: accounts, uploads that a process of its own reads and publishes, versions, an audit log."""

from lookup.staff.accounts import ROLES, Account, AccountRefused, Accounts
from lookup.staff.audit import append_event
from lookup.staff.registration import register
from lookup.staff.secret import make_secret

__all__ = ["ROLES", "Account", "AccountRefused", "Accounts", "append_event", "make_secret", "register"]
