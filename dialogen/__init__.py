"""Dialogen: follows a municipality's inquiries until they are answered, and measures how many were answered in time.

The storeys, from the ground up; imports run downwards only: extensions, clock, guards, processes and resources; domain;
database, mail, files, calendar and pings; services; web, api and scheduler; cli; app.
"""
