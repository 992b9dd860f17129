"""Sample data: people, sheets and fiscal years of history, made by driving the real acts.

`content` reads what is said, `script` decides who does what and when, `deeds` does it, `fill` runs
the script once.
"""
