"""Keys that tests sign the record with: in memory, and real."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.town import Town, applied
from workflows.checkpoints import Issued, change_key, current_key, issue
from workflows.notes import VerifierKey
from workflows.records import Checkpoint

ORIGIN = "meguru/test"


class Ring:
    """Private keys by their public ones."""

    def __init__(self) -> None:
        self.keys: dict[bytes, Ed25519PrivateKey] = {}

    def private_key(self, code: str, public: bytes) -> Ed25519PrivateKey | None:
        """Return a key that was made here."""
        assert len(code) == 6
        return self.keys.get(public)

    def make(self) -> VerifierKey:
        """Make a key, and return its public part."""
        private = Ed25519PrivateKey.generate()
        key = VerifierKey.of(ORIGIN, private)
        self.keys[key.public] = private
        return key

    async def introduce(self, town: Town) -> VerifierKey:
        """Make a key, and introduce it in place of the one before, if any."""
        key, current = self.make(), await current_key(town.id)
        replaces = current.key_id if current else None
        event = applied(await change_key(town.console(), key, replaces=replaces))
        assert event.document["details"] == {"key": str(key)}
        return key

    async def sign(self, town: Town) -> Checkpoint:
        """Issue a checkpoint of the record as it stands."""
        issued = await issue(town.console(), self)
        assert isinstance(issued, Issued), issued
        return issued.checkpoint
