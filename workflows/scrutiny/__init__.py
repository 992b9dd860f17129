"""A fiscal year looked at as an auditor does: what stands out in the record, and where to read on.

`facts` says what is known of an entry, `questions` holds one fold for each question, `report` asks
them all, and `reading` takes the facts from the database, past the sight of whoever asks.
"""
