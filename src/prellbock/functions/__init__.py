"""Shells of clouds: functions that are called for each event, over the same core as the command line and the server."""
