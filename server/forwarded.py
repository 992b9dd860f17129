"""What proxies say of the client: believed from the listed addresses, taken away from all others.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

_FOR: Final = b"x-forwarded-for"
_PROTO: Final = b"x-forwarded-proto"
_HOST: Final = b"x-forwarded-host"
_FORWARDED: Final = frozenset({_FOR, _PROTO, _HOST, b"x-forwarded-port", b"forwarded"})
_SECURE: Final = {"http": "https", "ws": "wss"}


class Forwarded:
    """Puts the client's address, scheme and host where the rest of the process looks for them.

    Args:
        trusted: addresses and networks of proxies. Each hop adds the address that it saw at the
            right of X-Forwarded-For; the first from there that is no trusted proxy is the client's.
    """

    def __init__(self, app: ASGIApp, *, trusted: Iterable[str]) -> None:
        self.app = app
        self.trusted = [ip_network(network) for network in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "lifespan" and any(name in _FORWARDED for name, _ in scope["headers"]):
            scope = self._believed(scope)
        await self.app(scope, receive, send)

    def _believed(self, scope: Scope) -> Scope:
        headers = [(n, v) for n, v in scope["headers"] if n not in _FORWARDED]
        client = scope.get("client")
        if client and self.is_trusted(client[0]):
            said = {
                name: ",".join(v.decode("latin-1") for n, v in scope["headers"] if n == name)
                for name in (_FOR, _PROTO, _HOST)
            }
            client = (self._client(said[_FOR]) or client[0], 0) if said[_FOR] else client
            scheme = said[_PROTO].rpartition(",")[2].strip().lower()
            if scheme in {"https", "wss"}:
                scope = {**scope, "scheme": _SECURE.get(scope["scheme"], scope["scheme"])}
            if host := said[_HOST].rpartition(",")[2].strip():
                kept = [(n, v) for n, v in headers if n != b"host"]
                headers = [*kept, (b"host", host.encode("latin-1"))]
        # A new one: others hold the scope as it came.
        return {**scope, "client": client, "headers": headers}

    def _client(self, forwarded_for: str) -> str | None:
        address = None
        for hop in reversed([part.strip() for part in forwarded_for.split(",")]):
            parsed = parsed_address(hop)
            if parsed is None:
                break  # whatever stands further left was not written by a proxy that is trusted
            address = str(parsed)
            if not self.is_trusted(address):
                break
        return address

    def is_trusted(self, address: str) -> bool:
        """Tell whether an address is a trusted proxy's."""
        parsed = parsed_address(address)
        return parsed is not None and any(parsed in network for network in self.trusted)


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, as IPv4 where it is one that IPv6 carries; None where it is none."""
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
