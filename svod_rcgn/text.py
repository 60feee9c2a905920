"""Counted words, and texts on one line."""


def counted(number: int, noun: str, verbs: tuple[str, str] | None = None) -> str:
    """A number of things, and what they do where that is said: `1 picture was`, `2 pictures were`.

    Args:
        number: How many.
        noun: What one of them is called; several take an s.
        verbs: What one does, and what several do.
    """
    one = number == 1
    told = f"{number:,} {noun if one else f'{noun}s'}"
    return f"{told} {verbs[0 if one else 1]}" if verbs else told


def on_one_line(text: str) -> str:
    """A text without line breaks and control characters, which a name or field may bring along."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
