"""Makes tokens of every kind, good and bad; the same ones on each run."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

NOW = 1_800_000_000
SMALL_PRIMES = [p for p in range(3, 2000) if all(p % q for q in range(2, int(p**0.5) + 1))]

Signer = Callable[[bytes], bytes]
Json = dict[str, object]


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def stream(name: str, length: int) -> bytes:
    blocks = (sha256(f"{name}/{i}".encode()).digest() for i in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def ec_key(name: str, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    curve = curve or ec.SECP256R1()
    return ec.derive_private_key(int.from_bytes(stream(name, curve.key_size // 8 - 1)) or 1, curve)


def prime(name: str, bits: int) -> int:
    """The first prime from a point that the name gives, with its two highest bits set."""
    start = int.from_bytes(stream(name, bits // 8 + 1)) >> (8 - bits % 8 or 8)
    candidate = (start % 2**bits) | (3 << bits - 2) | 1
    while True:
        if all(candidate % p for p in SMALL_PRIMES) and pow(2, candidate - 1, candidate) == 1:
            return candidate
        candidate += 2


@cache
def rsa_key(name: str, p_bits: int = 1024, q_bits: int = 1024, e: int = 65537) -> rsa.RSAPrivateKey:
    p, q = prime(f"{name}/p", p_bits), prime(f"{name}/q", q_bits)
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key()


def ec_jwk(key: ec.EllipticCurvePrivateKey, kid: object, **more: object) -> Json:
    numbers, size = key.public_key().public_numbers(), (key.curve.key_size + 7) // 8
    curve = {256: "P-256", 384: "P-384", 521: "P-521"}[key.curve.key_size]
    x, y = (b64(value.to_bytes(size)) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": curve, "x": x, "y": y, "kid": kid, **more}


def rsa_jwk(key: rsa.RSAPrivateKey, kid: object, **more: object) -> Json:
    numbers = key.public_key().public_numbers()
    n, e = (b64(v.to_bytes((v.bit_length() + 7) // 8)) for v in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e, "kid": kid, **more}


def ecdsa_der(
    key: ec.EllipticCurvePrivateKey, hashed: hashes.HashAlgorithm | None = None
) -> Signer:
    algorithm = ec.ECDSA(hashed or hashes.SHA256(), deterministic_signing=True)
    return lambda text: key.sign(text, algorithm)


def ecdsa(key: ec.EllipticCurvePrivateKey, hashed: hashes.HashAlgorithm | None = None) -> Signer:
    size = (key.curve.key_size + 7) // 8

    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(ecdsa_der(key, hashed)(text))
        return r.to_bytes(size) + s.to_bytes(size)

    return sign


def rsa_pkcs1(key: rsa.RSAPrivateKey, hashed: hashes.HashAlgorithm | None = None) -> Signer:
    return lambda text: key.sign(text, padding.PKCS1v15(), hashed or hashes.SHA256())


def hmac_with(secret: bytes) -> Signer:
    return lambda text: hmac.digest(secret, text, "sha256")


def fixed(signature: bytes) -> Signer:
    return lambda _: signature


def changed(signer: Signer, change: Callable[[bytes], bytes]) -> Signer:
    return lambda text: change(signer(text))


def dumped(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def signed(header: str, claims: str, signer: Signer) -> str:
    """Sign two parts as they are written, canonical or not."""
    body = f"{header}.{claims}"
    return f"{body}.{b64(signer(body.encode('utf-8', 'surrogatepass')))}"


def token_of(header: bytes, claims: bytes, signer: Signer) -> str:
    """Sign two texts, JSON or not."""
    return signed(b64(header), b64(claims), signer)
