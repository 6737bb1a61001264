"""Key files: what encrypts a notebook at rest, and the separate key of the look-up hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import ConfigError

_VERSION = 1
_NONCE = 12
_DAMAGED = (InvalidTag, IndexError, ValueError)
"""Of a value that was changed, or cut short."""


@dataclass(frozen=True)
class Keyring:
    """All keys by number; ``current`` encrypts, every one of them decrypts."""

    keys: dict[int, bytes]
    current: int
    lookup: bytes

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        # Made once: setting up a cipher costs as much as using it.
        return {number: AESGCM(key) for number, key in self.keys.items()}

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt for ``place`` ("table.column"): version, key number, nonce, ciphertext, tag."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self.current].encrypt(nonce, plain, place.encode())
        return bytes((_VERSION, self.current)) + nonce + sealed

    def unseal(self, blob: bytes, place: str) -> bytes:
        """Decrypt what ``seal`` made for the same place, else raise ConfigError."""
        try:
            cipher = self._ciphers.get(blob[1])
            if blob[0] != _VERSION or cipher is None:
                raise ConfigError(
                    [f"A value in {place} needs key number {blob[1]}: restore the key file."]
                )
            return cipher.decrypt(blob[2 : 2 + _NONCE], blob[2 + _NONCE :], place.encode())
        except _DAMAGED:
            raise ConfigError([f"A value in {place} cannot be read with this key file."]) from None

    def unseal_texts(self, blobs: Iterable[bytes], place: str) -> list[str]:
        """Decrypt many texts of one place, as ``unseal`` does one."""
        known = bytes((_VERSION, self.current))
        decrypt, bound = self._ciphers[self.current].decrypt, place.encode()
        try:  # by one call each: a notebook has a thousand labels
            return [
                (
                    decrypt(blob[2 : 2 + _NONCE], blob[2 + _NONCE :], bound)
                    if blob.startswith(known)
                    else self.unseal(blob, place)
                ).decode()
                for blob in blobs
            ]
        except _DAMAGED:
            raise ConfigError([f"A value in {place} cannot be read with this key file."]) from None

    def lookup_hash(self, text: str) -> bytes:
        """Hash an address for equality look-ups: HMAC-SHA256 of the trimmed, case-folded text."""
        return hmac.digest(self.lookup, text.strip().casefold().encode(), "sha256")

    def figure_hash(self, text: str) -> bytes:
        """Hash what stands behind a published figure, by a key of its own: 16 bytes."""
        key = hmac.digest(self.lookup, b"published figure", "sha256")
        return hmac.digest(key, text.encode(), "sha256")[:16]

    def fingerprints(self) -> dict[int, str]:
        """Name each key without revealing it: 16 hex digits; number 0 is the look-up key."""
        named = {0: self.lookup, **self.keys}
        return {
            n: hashlib.sha256(b"rapport key" + key).hexdigest()[:16] for n, key in named.items()
        }

    def with_new_key(self) -> Keyring:
        """Add a fresh key that encrypts from now on; the older ones still decrypt."""
        number = max(self.keys) + 1
        return Keyring({**self.keys, number: secrets.token_bytes(32)}, number, self.lookup)

    def only_current(self) -> Keyring:
        """Forget all keys but the current one, once nothing is encrypted with them any more."""
        return Keyring({self.current: self.keys[self.current]}, self.current, self.lookup)


def new_keyring() -> Keyring:
    """Make the keys of an empty database."""
    return Keyring({1: secrets.token_bytes(32)}, 1, secrets.token_bytes(32))


def read_keyring(path: Path) -> Keyring:
    """Read a key file; raises ConfigError with the remedy when it is missing or of no use."""
    ring = find_keyring(path)
    if ring is None:
        raise ConfigError([f"The key file {path} is missing: restore it from your backup."])
    return ring


def find_keyring(path: Path) -> Keyring | None:
    """Read a key file, if there is one; raises ConfigError with the remedy when it is of no use."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        keys = {int(n): base64.b64decode(text, validate=True) for n, text in data["keys"].items()}
        ring = Keyring(keys, int(data["current"]), base64.b64decode(data["lookup"], validate=True))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([_unreadable(path, error)]) from error
    except (KeyError, ValueError, AttributeError) as error:
        raise ConfigError(
            [f"The key file {path} is damaged: restore it from your backup."]
        ) from error
    if ring.current not in keys or any(len(key) != 32 for key in (*keys.values(), ring.lookup)):
        raise ConfigError([f"The key file {path} is damaged: restore it from your backup."])
    return ring


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        what = "is a folder, such as Docker makes where the file to mount is missing"
        return f"The key file {path} {what}: remove it, and put the key file in its place."
    what = f"cannot be read: {error.strerror}"
    if isinstance(error, NotADirectoryError):
        return f"The key file {path} {what}. Name a place in a folder as [database] key_file."
    return f"The key file {path} {what}. Make it this user's own: chown, then chmod 600 {path}"


def write_keyring(path: Path, ring: Keyring) -> None:
    """Write a key file, readable by its owner alone, replacing an older one in one step.

    Raises ConfigError where that is not possible.
    """
    text = [
        "# Rapport's keys. Whoever has this file and the database can read every notebook.",
        "# Keep a copy apart from the backups: without it they cannot be read.",
        f"current = {ring.current}",
        f'lookup = "{base64.b64encode(ring.lookup).decode()}"',
        "[keys]",
        *(f'{n} = "{base64.b64encode(key).decode()}"' for n, key in sorted(ring.keys.items())),
        "",
    ]
    try:
        _replace(path, "\n".join(text))
    except OSError as error:
        what = f"The key file {path} cannot be written: {error.strerror}"
        how = "Let this user write in its folder; in a container, mount the folder, not the file."
        raise ConfigError([f"{what}. {how}"]) from error


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
