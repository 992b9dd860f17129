"""A provider that does not answer, or not as a provider does."""

import asyncio
import datetime as dt
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from server.app import Application
from tests.server.oidc.browsing import Browser, Provider, free_port, is_failure, reasons

Install = Callable[..., Application]
DOWN = "PROVIDER_UNAVAILABLE"


async def test_a_provider_that_is_down_is_said_to_be(
    install_with: Install, provider: Provider
) -> None:
    """On the way there and on the way back; afterwards it works again, whatever its keys are now."""
    application = install_with()
    async with Browser(application) as browser:
        back = await browser.way_back("s1")
        provider.stop()
        with capture_logs() as logs:
            assert is_failure(await browser.get(back), 503, DOWN)
        assert reasons(logs) == ["token endpoint: ConnectError"]
    async with Browser(install_with()) as browser:
        answers = await asyncio.gather(*(browser.get("/auth/oidc") for _ in range(5)))
        assert all(is_failure(answer, 503, DOWN) for answer in answers)
    provider.start()
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303


async def test_a_provider_that_never_answers_is_given_up(install_with: Install) -> None:
    """After five seconds, in which those who wait beside do not add up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with Browser(install_with(oidc_issuer=issuer)) as browser, asyncio.timeout(9):
            answers = await asyncio.gather(*(browser.get("/auth/oidc") for _ in range(3)))
    assert all(is_failure(answer, 503, DOWN) for answer in answers)


@asynccontextmanager
async def answering(
    port: int, answer: bytes, tls: ssl.SSLContext | None = None
) -> AsyncIterator[list[bytes]]:
    """Answer every request in the same way; give the requests."""
    asked = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port, ssl=tls):
        yield asked


def metadata(issuer: str, **values: object) -> bytes:
    """Return an answer that makes sense both as metadata and as keys, but for what is given."""
    endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    key = RSAKey.generate_key(2048).as_dict(private=False)
    said = {"issuer": issuer, "keys": [key], **dict.fromkeys(endpoints, f"{issuer}/x"), **values}
    body = json.dumps(said).encode()
    return b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 500 Broken\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\xff\xfe<>",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    ],
)
async def test_what_is_no_provider_is_not_followed(install_with: Install, answer: bytes) -> None:
    """It is asked once, and nothing that it leads to."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    async with (
        answering(port, answer) as asked,
        Browser(install_with(oidc_issuer=issuer)) as browser,
    ):
        assert is_failure(await browser.get("/auth/oidc"), 502, DOWN)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"keys": []},
        {"keys": "none"},
        {"keys": [{"kty": "RSA"}]},
    ],
)
async def test_metadata_that_make_no_sense_are_not_used(
    install_with: Install, wrong: dict[str, object]
) -> None:
    """Though the issuer is right: nobody is sent anywhere."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    async with (
        answering(port, metadata(issuer, **wrong)),
        Browser(install_with(oidc_issuer=issuer)) as browser,
    ):
        assert is_failure(await browser.get("/auth/oidc"), 502, DOWN)


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that vouches for itself; return it, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    return path


async def test_certificates_are_checked(
    install_with: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that nobody trusts is none; one of a town's own authority can be trusted.

    A provider that is reached by HTTPS leads to nothing that is not.
    """
    path, port = certificate(tmp_path), free_port()
    issuer = f"https://127.0.0.1:{port}"
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(path)
    async with answering(port, metadata(issuer), tls) as asked:
        async with Browser(install_with(oidc_issuer=issuer)) as browser:
            assert is_failure(await browser.get("/auth/oidc"), 503, DOWN)
        assert not asked
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        async with Browser(install_with(oidc_issuer=issuer)) as browser:
            assert (await browser.leave_for_provider()).startswith(f"{issuer}/x?")
    port = free_port()
    issuer = f"https://127.0.0.1:{port}"
    plain = metadata(issuer, token_endpoint="http://127.0.0.1/x")  # noqa: S106 - no password
    async with (
        answering(port, plain, tls),
        Browser(install_with(oidc_issuer=issuer)) as browser,
    ):
        assert is_failure(await browser.get("/auth/oidc"), 502, DOWN)


async def test_a_wrong_client_secret_is_the_operators_matter(install_with: Install) -> None:
    """The log says so; the page does not."""
    async with Browser(install_with(oidc_client_secret="wrong")) as browser:  # noqa: S106 - it is
        with capture_logs() as logs:
            answer = await browser.sign_in("s1")
        assert is_failure(answer, 502, DOWN)
        assert reasons(logs) == ["token endpoint: invalid_client"]


async def test_another_issuer_than_the_one_set_is_not_believed(
    install_with: Install, provider: Provider
) -> None:
    """Not even under another name of the same machine."""
    other = provider.issuer.replace("127.0.0.1", "localhost")
    async with Browser(install_with(oidc_issuer=other)) as browser:
        assert is_failure(await browser.get("/auth/oidc"), 502, DOWN)
