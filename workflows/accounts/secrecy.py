"""Secrets that machines make: 256 random bits, shown once, kept as a hash."""

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as text that goes into URLs, cookies and headers."""
    return prefix + secrets.token_urlsafe(32)


def sha256_of(secret: str) -> str:
    """Return what is stored of a secret: 256 random bits need no slow hash.

    Whatever somebody sends has one, lone surrogates included.
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
