"""Vectors on the compact form: size, parts, base64url, JSON."""

import json

from identity.forge import b64, dumped, signed, token_of
from identity.vectors.world import (
    CLAIMS,
    HEADER,
    SIGN,
    Vector,
    bad,
    claims,
    good,
    header,
    ours,
)

H, C = b64(header()), b64(claims())


def part_vectors() -> list[Vector]:
    return [*counts(), *encodings(), *texts(), *members(), *depths(), *sizes()]


def counts() -> list[Vector]:
    token = ours()
    head, body, signature = token.split(".")
    return [
        good("the good token", token),
        *(
            bad(f"parts: {name}", "malformed", text)
            for name, text in {
                "nothing": "",
                "a word": "token",
                "two dots": "..",
                "header alone": head,
                "no signature part": f"{head}.{body}",
                "four": f"{token}.{signature}",
                "five, as of an encrypted token": f"{token}.{signature}.{signature}",
                "dot at the end": f"{token}.",
                "dot at the start": f".{token}",
                "no header": f".{body}.{signature}",
                "no claims": f"{head}..{signature}",
                "header and claims swapped twice": f"{head}..{body}.{signature}",
                "JSON serialisation": json.dumps(
                    {"payload": body, "protected": head, "signature": signature}
                ),
            }.items()
        ),
        bad("parts: header twice", "issuer", signed(head, head, SIGN)),
        bad("parts: claims twice", "header", signed(body, body, SIGN)),
        bad("parts: swapped", "issuer", signed(body, head, SIGN)),
        bad("parts: empty signature", "signature", f"{head}.{body}."),
        bad(
            "parts: dot inside the claims",
            "malformed",
            signed(head, body[:8] + "." + body[8:], SIGN),
        ),
    ]


def encodings() -> list[Vector]:
    token = ours()
    head, body, signature = token.split(".")
    odd = b64(claims(q="???>>>~~~"))
    assert {"-", "_"} <= set(odd)
    vectors = [
        bad(f"base64url: {name}", "malformed", text)
        for name, text in {
            "space before": f" {token}",
            "space after": f"{token} ",
            "line feed after": f"{token}\n",
            "carriage return after": f"{token}\r\n",
            "no-break space after": f"{token}\u00a0",
            "zero-width space after": f"{token}\u200b",
            "NUL after": f"{token}\0",
            "byte order mark before": f"\ufeff{token}",
            "lone surrogate after": f"{token}\ud800",
            "full-width letters": token.translate({ord("A"): "\uff21"}),
            "full-width digits": token.translate({ord("1"): "\uff11"}),
            "Bearer before": f"Bearer {token}",
            "quotes around": f'"{token}"',
            "percent-encoded dot": token.replace(".", "%2e"),
            "full-width dot": token.replace(".", "\uff0e"),
            "signature padded": f"{token}==",
            "signature with one pad": f"{token}=",
            "signature with a newline inside": f"{head}.{body}.{signature[:9]}\n{signature[9:]}",
            "signature with a bang inside": f"{head}.{body}.{signature[:9]}!{signature[9:]}",
            "signature of one character": f"{head}.{body}.A",
            "signature longer by three characters": f"{token}AAA",
            "signature with stray bits": f"{head}.{body}.{stray(signature)}",
        }.items()
    ]
    vectors += [
        bad(f"base64url: header {name}", "malformed", signed(text, C, SIGN))
        for name, text in ways(odd_length(HEADER)).items()
    ]
    vectors += [
        bad(f"base64url: claims {name}", "malformed", signed(H, text, SIGN))
        for name, text in ways(odd_length(CLAIMS)).items()
    ]
    standard = odd.translate({ord("-"): "+", ord("_"): "/"})
    return [
        *vectors,
        good("base64url: minus and underscore", signed(H, odd, SIGN)),
        bad("base64url: signature longer by one character", "signature", f"{token}A"),
        bad("base64url: plus and slash", "malformed", signed(H, standard, SIGN)),
        bad("base64url: claims written twice over", "malformed", signed(H, b64(C.encode()), SIGN)),
    ]


def odd_length(members: dict[str, object]) -> str:
    """Write members so that the text leaves bits over in its last character."""
    for pad in ("", "~", "~~"):
        text = b64(dumped({**members, "pad": pad}))
        if len(text) % 4 == 2:
            return text
    raise AssertionError


def ways(text: str) -> dict[str, str]:
    return {
        "padded": f"{text}==",
        "with one pad": f"{text}=",
        "with a space": f"{text[:5]} {text[5:]}",
        "with a newline": f"{text[:5]}\n{text[5:]}",
        "with a tab": f"{text[:5]}\t{text[5:]}",
        "with a star": f"{text[:5]}*{text[5:]}",
        "with stray bits": stray(text),
        "longer by three": f"{text}AAA",
    }


def stray(text: str) -> str:
    """Set a bit of the last character that decodes to nothing."""
    assert len(text) % 4 != 0
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(text[-1])
    return text[:-1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last | 1]


def texts() -> list[Vector]:
    spoilt = {
        "an array": lambda text: b"[" + text + b"]",
        "a string": lambda text: dumped(text.decode()),
        "a number": lambda _: b"1",
        "null": lambda _: b"null",
        "true": lambda _: b"true",
        "blank": lambda _: b" ",
        "cut off": lambda text: text[:-1],
        "with bytes after": lambda text: text + b"x",
        "with an object after": lambda text: text + b"{}",
        "with NUL after": lambda text: text + b"\0",
        "with a comma at the end": lambda text: text[:-1] + b",}",
        "with a comment": lambda text: text[:-1] + b"/**/}",
        "in single quotes": lambda text: text.replace(b'"', b"'"),
        "with a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
        "in UTF-16": lambda text: text.decode().encode("utf-16"),
        "in UTF-16 without a mark": lambda text: text.decode().encode("utf-16-le"),
        "in UTF-32": lambda text: text.decode().encode("utf-32-be"),
        "with Latin-1 in a string": lambda text: text[:-1] + b',"q":"\xe9"}',
        "with an overlong slash": lambda text: text[:-1] + b',"q":"\xc0\xaf"}',
        "with an encoded surrogate": lambda text: text[:-1] + b',"q":"\xed\xa0\x80"}',
        "with a raw newline in a string": lambda text: text[:-1] + b',"q":"a\nb"}',
        "with NaN": lambda text: text[:-1] + b',"q":NaN}',
        "with Infinity": lambda text: text[:-1] + b',"q":Infinity}',
        "with -Infinity": lambda text: text[:-1] + b',"q":-Infinity}',
        "with a leading zero": lambda text: text[:-1] + b',"q":01}',
        "with a plus": lambda text: text[:-1] + b',"q":+1}',
        "with a bare point": lambda text: text[:-1] + b',"q":1.}',
        "with hexadecimal": lambda text: text[:-1] + b',"q":0x10}',
        "with Arabic digits": lambda text: text[:-1] + ',"q":\u0661\u0662}'.encode(),
        "with full-width digits": lambda text: text[:-1] + ',"q":\uff11}'.encode(),
        "with 5,000 digits": lambda text: text[:-1] + b',"q":' + b"9" * 5000 + b"}",
        "with True": lambda text: text[:-1] + b',"q":True}',
    }
    return [
        *(
            bad(f"header {name}", "malformed", ours(head=spoil(header())))
            for name, spoil in spoilt.items()
        ),
        *(
            bad(f"claims {name}", "malformed", ours(body=spoil(claims())))
            for name, spoil in spoilt.items()
        ),
        bad("header empty object", "header", ours(head=b"{}")),
        bad("claims empty object", "issuer", ours(body=b"{}")),
        good("white space between members", ours(body=json.dumps(CLAIMS, indent=4).encode())),
        good("escaped names", ours(body=claims().replace(b'"sub"', b'"\\u0073ub"'))),
        good(
            "claims in UTF-8",
            ours(body=json.dumps({**CLAIMS, "name": "Zoë"}, ensure_ascii=False).encode()),
        ),
    ]


def members() -> list[Vector]:
    twice: list[Vector] = []
    for name, value in HEADER.items():
        text = header()[:-1] + b"," + dumped({name: value})[1:]
        twice.append(bad(f"header {name} twice, the same", "malformed", ours(head=text)))
    for name, value in CLAIMS.items():
        text = claims()[:-1] + b"," + dumped({name: value})[1:]
        twice.append(bad(f"claim {name} twice, the same", "malformed", ours(body=text)))
    return [
        *twice,
        bad(
            "header alg twice, none first", "malformed", ours(head=b'{"alg":"none",' + header()[1:])
        ),
        bad(
            "header kid twice, another first", "malformed", ours(head=b'{"kid":"x",' + header()[1:])
        ),
        bad(
            "claim sub twice, another first",
            "malformed",
            ours(body=b'{"sub":"root",' + claims()[1:]),
        ),
        bad(
            "claim exp twice, later last",
            "malformed",
            ours(body=claims()[:-1] + b',"exp":1800000550}'),
        ),
        bad(
            "claim sub twice, once escaped",
            "malformed",
            ours(body=b'{"\\u0073ub":"root",' + claims()[1:]),
        ),
        bad(
            "a member twice further in",
            "malformed",
            ours(body=claims()[:-1] + b',"q":{"a":1,"a":2}}'),
        ),
        bad("an unknown member twice", "malformed", ours(body=claims()[:-1] + b',"q":1,"q":1}')),
    ]


def nested(levels: int) -> bytes:
    """Claims that are ``levels`` deep in all."""
    return claims()[:-1] + b',"q":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def depths() -> list[Vector]:
    objects = claims()[:-1] + b',"q":' + b'{"a":' * 16 + b"1" + b"}" * 17
    mixed = claims()[:-1] + b',"q":' + b'[{"a":' * 8 + b"1" + b"}]" * 8 + b"}"
    wide = claims()[:-1] + b',"q":[' + b",".join([b"[[]]"] * 30) + b"]}"
    quoted = claims(q="[" * 40 + "{" * 40)
    escaped = claims(q='\\"' + "[" * 40)
    return [
        good("16 deep", ours(body=nested(16))),
        good("16 deep and wide", ours(body=nested(16)[:-1] + b',"w":[[],[]]}')),
        bad("17 deep and wide", "malformed", ours(body=nested(17)[:-1] + b',"w":[[],[]]}')),
        bad("17 deep", "malformed", ours(body=nested(17))),
        bad("17 deep in objects", "malformed", ours(body=objects)),
        bad("17 deep in both", "malformed", ours(body=mixed)),
        bad(
            "17 deep in the header",
            "malformed",
            ours(head=header(q=json.loads(b"[" * 16 + b"]" * 16))),
        ),
        good("16 deep in the header", ours(head=header(q=json.loads(b"[" * 15 + b"]" * 15)))),
        bad("2,000 deep", "malformed", ours(body=nested(2000))),
        bad("5,000 deep and never closed", "malformed", ours(body=b"[" * 5000)),
        bad("1,500 deep in objects", "malformed", ours(body=b'{"a":' * 1000)),
        bad("deep after an open quote", "malformed", ours(body=b'{"q":"' + b"[" * 4000)),
        good("wide, not deep", ours(body=wide)),
        good("brackets in a string", ours(body=quoted)),
        good("brackets after an escaped quote", ours(body=escaped)),
        bad(
            "quote tricks before depth",
            "malformed",
            ours(body=claims()[:-1] + b',"\\"":' + b"[" * 20 + b"]" * 20 + b"}"),
        ),
    ]


def of_size(length: int) -> str:
    """A good token of exactly so many characters."""
    for wide in range(3):
        for pad in range((length - 500) * 3 // 4 - 400, (length - 200) * 3 // 4):
            head, body = header(w="~" * wide), claims(pad="p" * pad)
            if len(b64(head)) + len(b64(body)) + 88 == length:
                return token_of(head, body, SIGN)
    raise AssertionError


def sizes() -> list[Vector]:
    return [
        good("8,192 bytes", of_size(8192)),
        bad("8,193 bytes", "malformed", of_size(8193)),
        bad("20,000 bytes", "malformed", of_size(20_000)),
        bad("20,000 bytes of letters", "malformed", "A" * 20_000),
        bad("9,000 dots", "malformed", "." * 9000),
    ]
