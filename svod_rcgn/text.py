r"""How things are told in words, and how names of any kind are shown and kept.

A file's name need not be text: where bytes of it are no UTF-8, Python stands surrogates in for them, with
which the file is found again. So a name stays in memory as the file system gives it, and leads back to the
file. Databases, JSON, HTML and the network take text only, and a terminal must not be steered by a name. For
them it is `escaped`: Müller of an old disk becomes M\xfcller. That can be taken back (`unescaped`), so that
what the program wrote leads to the file as well. What is only looked at is `shown`, which escapes the same
letters, but leaves alone what was escaped before.
"""

import re

# Control characters, what ends a line or turns its direction round, and what stands for no letter at all.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LIKE_ESCAPED = re.compile(r"\\(?=x[0-9a-f]{2}|u[0-9a-f]{4})")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})")
_BYTES = 0xDC00  # what Python adds to a byte that is no UTF-8 (PEP 383)
_ASCII = 0x80


def counted(number: int, noun: str, verbs: tuple[str, str] | None = None) -> str:
    """A number of things, and what they do where that is said: `1 picture was`, `2 pictures were`.

    Args:
        number: How many.
        noun: What one of them is called; several take an s, or es after one and x.
        verbs: What one does, and what several do.
    """
    one = number == 1
    several = f"{noun}es" if noun.endswith(("s", "x")) else f"{noun}s"
    told = f"{number:,} {noun if one else several}"
    return f"{told} {verbs[0 if one else 1]}" if verbs else told


def on_one_line(text: str) -> str:
    """A text as it is shown, with spaces for its line breaks and tabs."""
    return shown(re.sub(r"\s", " ", text))


def shown(text: str) -> str:
    r"""A text that does nothing but stand there: control characters and the like as \x1b or \u202e."""
    return _UNSHOWN.sub(_escape, text)


def escaped(name: str) -> str:
    """A name as text that holds no control characters; see the module, and `unescaped`."""
    return shown(_LIKE_ESCAPED.sub(r"\\x5c", name))


def unescaped(text: str) -> str:
    """The name that `escaped` was given."""
    return _ESCAPED.sub(_letter, text)


def encodable(text: str, encoding: str | None) -> str:
    r"""A text with what an encoding lacks as \u738b."""
    known = encoding or "utf-8"
    return text.encode(known, "backslashreplace").decode(known)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if _BYTES + _ASCII <= code <= _BYTES + 0xFF:
        code -= _BYTES
    elif code >= _ASCII:
        return f"\\u{code:04x}"
    return f"\\x{code:02x}"


def _letter(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code + _BYTES if found[1] and code >= _ASCII else code)
