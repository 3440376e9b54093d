"""Answers in other forms than JSON: a report in Markdown, tables in CSV. Text in, text out; nothing here knows of requests."""
