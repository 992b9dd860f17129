"""How people become known: passwords, second factors, links, sessions, tokens, and their limits.

Every act here is an entry of the record, written in the transaction of the rows it tells of; no
entry holds a password, a code, a secret, or what somebody unknown typed as a login.
"""
