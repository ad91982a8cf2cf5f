"""The office's signature: Ed25519 over the manifest of a release, with a key that only its owner can read.

Optional: POVMON_SIGNING_KEY names the file of the key (`openssl genpkey -algorithm ed25519`), and the package
`cryptography` comes with `pip install poverty-monitor[sign]`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from warehouse.store import KeyProblem

SIGNING_KEY = "POVMON_SIGNING_KEY"
_INSTALL = "the package `cryptography` is not installed; run: pip install 'poverty-monitor[sign]'"


@dataclass(frozen=True)
class Signature:
    """A signature and the public key that it is checked with, both hexadecimal."""

    signature: str
    signing_key: str


def sign(message: bytes) -> Signature | None:
    """The office's signature of a message; None when it has no key. KeyProblem says what is wrong with the key."""
    named = os.environ.get(SIGNING_KEY)
    if not named:
        return None
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise KeyProblem(f"{SIGNING_KEY} is set, but {_INSTALL}") from error
    path = Path(named)
    if not path.is_file():
        raise KeyProblem(f"{SIGNING_KEY} names {path}, which is no file; run: openssl genpkey -algorithm ed25519")
    if path.stat().st_mode & 0o077:
        raise KeyProblem(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyProblem(f"{path} is no key without a password in PEM: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(f"{path} is no Ed25519 key; run: openssl genpkey -algorithm ed25519")
    return Signature(key.sign(message).hex(), key.public_key().public_bytes_raw().hex())


def is_genuine(message: bytes, signed: Signature) -> bool:
    """Whether the key that a signature names made it. KeyProblem when `cryptography` is not there to tell."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise KeyProblem(f"signatures cannot be checked: {_INSTALL}") from error
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.signing_key))
        key.verify(bytes.fromhex(signed.signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
