"""Reviewing a reconstruction: verdicts, their journal, session files and reports."""
