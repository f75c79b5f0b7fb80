"""What a PDF of the service says, without a library: its streams inflated, its glyphs read."""

import re
import zlib

STREAM = re.compile(rb"[^d]stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]*)>")
WRITTEN = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
MARKED = b"/MCID "
"""What is on a page is marked with what it is."""


def streams_of(pdf: bytes) -> list[bytes]:
    """Every stream of a file, inflated where it is deflated."""
    return [inflated(found.group(1)) for found in STREAM.finditer(pdf)]


def inflated(stream: bytes) -> bytes:
    """A stream without its compression, or as it is."""
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def glyphs_of(stream: bytes) -> dict[int, str]:
    """Which text each glyph of a font stands for, as its table to Unicode says."""
    found: dict[int, str] = {}
    for block in CHARACTERS.findall(stream):
        codes = HEXADECIMAL.findall(block)
        for code, text in zip(codes[::2], codes[1::2], strict=True):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in RANGES.findall(stream):
        codes = HEXADECIMAL.findall(block)
        for first, last, text in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            start = int(text, 16)
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(start + code - int(first, 16))
    return found


def unescaped(written: bytes) -> bytes:
    """A literal string (ISO 32000-1, 7.3.4.2) without its escapes."""

    def character(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        return bytes([int(code, 8)]) if code[:1].isdigit() else NAMED.get(code, code)

    return ESCAPE.sub(character, written)


def texts_of(pdf: bytes) -> list[str]:
    """All that is written on the pages, read with each font in turn, without its spaces."""
    streams = streams_of(pdf)
    fonts = [glyphs for glyphs in map(glyphs_of, streams) if glyphs]
    pages = [stream for stream in streams if MARKED in stream and b"beginbfchar" not in stream]
    written = b"".join(unescaped(each) for page in pages for each in WRITTEN.findall(page))
    glyphs = [int.from_bytes(written[at : at + 2]) for at in range(0, len(written), 2)]
    read = ["".join(font.get(glyph, "\ufffd") for glyph in glyphs) for font in fonts]
    return ["".join(text.split()) for text in read]
