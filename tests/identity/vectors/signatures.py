"""Vectors on the signature: its form, and what it signs."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from identity.forge import b64, changed, dumped, ecdsa, ecdsa_der, fixed, rsa_pkcs1, signed
from identity.vectors.world import (
    CLAIMS,
    NORTH_RSA,
    NORTH_SIGN,
    OURS,
    SIGN,
    STRANGER_RSA,
    Vector,
    bad,
    claims,
    good,
    header,
    north,
    ours,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def signature_vectors() -> list[Vector]:
    return [*elliptic(), *rsa(), *other_texts()]


def other_s(signature: bytes) -> bytes:
    return signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)


def elliptic() -> list[Vector]:
    order = ORDER.to_bytes(32)
    changes = {
        "swapped halves": lambda s: s[32:] + s[:32],
        "a bit flipped at the start": lambda s: bytes([s[0] ^ 1]) + s[1:],
        "a bit flipped at the end": lambda s: s[:-1] + bytes([s[-1] ^ 1]),
        "cut by a byte": lambda s: s[:-1],
        "cut to a half": lambda s: s[:32],
        "a byte after": lambda s: s + b"\0",
        "a byte before": lambda s: b"\0" + s,
        "twice": lambda s: s + s,
        "each half with a zero before": lambda s: b"\0" + s[:32] + b"\0" + s[32:],
        "s plus the order's low bytes": lambda s: s[:32] + order,
    }
    fixes = {
        "empty": b"",
        "zeros": bytes(64),
        "ones": b"\xff" * 64,
        "r zero": bytes(32) + b"\1" * 32,
        "s zero": b"\1" * 32 + bytes(32),
        "r and s one": (b"\0" * 31 + b"\1") * 2,
        "r and s the order": order * 2,
        "one byte": b"\0",
        "DER of zeros": bytes.fromhex("3006020100020100"),
    }
    return [
        *(
            bad(f"ES256 signature {name}", "signature", ours(signer=changed(SIGN, change)))
            for name, change in changes.items()
        ),
        *(
            bad(f"ES256 signature {name}", "signature", ours(signer=fixed(value)))
            for name, value in fixes.items()
        ),
        bad("ES256 signature in DER", "signature", ours(signer=ecdsa_der(OURS))),
        bad("ES256 with SHA-384", "signature", ours(signer=ecdsa(OURS, hashes.SHA384()))),
        good("ES256 signature with the other s", ours(signer=changed(SIGN, other_s))),
    ]


def rsa() -> list[Vector]:
    # Without a salt a PSS signature is the same each time.
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 0)
    changes = {
        "a bit flipped": lambda s: s[:100] + bytes([s[100] ^ 4]) + s[101:],
        "cut by a byte": lambda s: s[:-1],
        "a byte after": lambda s: s + b"\0",
        "a zero before": lambda s: b"\0" + s,
        "reversed": lambda s: s[::-1],
        "plus the modulus": lambda s: (
            int.from_bytes(s) + NORTH_RSA.public_key().public_numbers().n
        ).to_bytes(257),
    }
    fixes = {"empty": b"", "zeros": bytes(256), "one": bytes(255) + b"\1"}
    return [
        *(
            bad(f"RS256 signature {name}", "signature", north(signer=changed(NORTH_SIGN, change)))
            for name, change in changes.items()
        ),
        *(
            bad(f"RS256 signature {name}", "signature", north(signer=fixed(value)))
            for name, value in fixes.items()
        ),
        bad("RS256 said, SHA-512 used", "signature", north(signer=rsa_pkcs1(NORTH_RSA, hashes.SHA512()))),
        bad("RS256 said, SHA-1 used", "signature", north(signer=rsa_pkcs1(NORTH_RSA, hashes.SHA1()))),  # noqa: S303 - to be refused
        bad("RS256 by a stranger", "signature", north(signer=rsa_pkcs1(STRANGER_RSA))),
        bad("RS256 said, PSS used", "signature", north(signer=lambda text: NORTH_RSA.sign(text, pss, hashes.SHA256()))),
    ]  # fmt: skip


def other_texts() -> list[Vector]:
    """A true signature, of something else."""
    head, body = b64(header()), b64(claims())
    mine = signed(head, body, SIGN).rsplit(".", 1)[1]
    raised = b64(dumped({**CLAIMS, "scope": "consortium:admin"}))
    texts = {
        "claims changed": f"{head}.{raised}.{mine}",
        "header changed": f"{b64(header(x=1))}.{body}.{mine}",
        "of the claims alone": f"{head}.{body}.{b64(SIGN(body.encode()))}",
        "of the header alone": f"{head}.{body}.{b64(SIGN(head.encode()))}",
        "of the decoded parts": f"{head}.{body}.{b64(SIGN(header() + b'.' + claims()))}",
        "of the parts without their dot": f"{head}.{body}.{b64(SIGN((head + body).encode()))}",
        "of the parts with a dot after": f"{head}.{body}.{b64(SIGN(f'{head}.{body}.'.encode()))}",
        "of the claims undecoded, as b64=false has it": f"{head}.{body}.{b64(SIGN(head.encode() + b'.' + claims()))}",
        "of an empty text": f"{head}.{body}.{b64(SIGN(b''))}",
    }
    return [bad(f"signature {name}", "signature", text) for name, text in texts.items()]
