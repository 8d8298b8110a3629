"""Reminders: mails to clients about payments that are due or overdue."""
