"""Names that have broken programs of this kind, and strategies that make more of them."""

import os

from hypothesis import strategies as st

LONGEST = 255  # bytes
HARD = (
    *(os.fsdecode(b"M\xfcller"), os.fsdecode(b"\xff" * LONGEST), "x" * LONGEST, "é" * 127, "😀" * 63),
    *(
        "王小明",
        "שלום עולם",
        "مُحَمَّد",
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "👩\u200d👩\u200d👧 Ada",
        "Zo\u00eb",
        "Zoe\u0308",
    ),
    *(
        "a\\xfcb",
        "\\x5cx41",
        " spaces ",
        "dots...",
        "CON",
        "NUL.txt",
        "-dash",
        "--help",
        "null",
        "_",
        "__",
        "~",
    ),
    *(
        "a\nb",
        "a\r\nb",
        "a\tb",
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\x7fb",
        "a\u202eb",
        "a\u2028b",
    ),
    *(
        "[red]bold[/red]",
        "[red]bold",
        "<script>alert(1)<\u2215script>",
        "<b>",
        "&amp;",
        "{{7*7}}",
        "$x^2$",
        "%s %d {0}",
    ),
    *(
        "=1+1",
        "@SUM(A1)",
        "+1",
        "$(touch x)",
        "`x`",
        "a\"b'c",
        "a;b|c,d",
        "*?",
        "#fragment?q",
        "../up",
        "/etc",
        "a/b",
    ),
)
_LETTERS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=40)
_BYTES = st.binary(max_size=60).map(lambda data: os.fsdecode(data.translate(None, b"/\0")))


def is_file_name(name: str) -> bool:
    """Whether a folder or picture can be called so and is not hidden."""
    return bool(name) and name[0] != "." and "/" not in name and len(os.fsencode(name)) <= LONGEST


HARD_FILES = tuple(filter(is_file_name, HARD))


file_names = st.one_of(st.sampled_from(HARD), _LETTERS, _BYTES).filter(is_file_name)
any_text = st.one_of(st.sampled_from(HARD), _LETTERS, _BYTES)
encodings = st.sampled_from(["utf-8", "cp1252", "ascii", "gb18030"])
