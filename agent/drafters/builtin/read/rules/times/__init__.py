"""Rules for times: windows, events, what is due or to come."""
