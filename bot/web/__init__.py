"""A small web server: members' calendars at secret addresses, and a probe. Off by default."""
