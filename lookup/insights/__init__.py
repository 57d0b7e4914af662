"""What citizens look for and do not find, counted without persons: no address, no time but the day, no text that was not often asked."""

from lookup.insights.recorder import Recorder, today
from lookup.insights.report import QueryCount, Report, read_report

__all__ = ["QueryCount", "Recorder", "Report", "read_report", "today"]
