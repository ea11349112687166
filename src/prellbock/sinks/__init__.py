"""What goes out to other systems.

It is in the store before it goes; it may go twice, never not at all.
"""
