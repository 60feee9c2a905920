"""What goes between the server and the process that receives a browser's video; both load this.

Each message is its length (u32, little-endian) and so many bytes. The server writes a request as JSON, then
one byte for each picture it wants. The process writes an answer as JSON, then the newest picture each time it
is asked: width and height (u16 both, little-endian) and its planes in I420, as FFmpeg and OpenCV call it.
"""

import struct

LENGTH = struct.Struct("<I")
SIZE = struct.Struct("<HH")
MORE = b"+"
LONGEST_WORDS = 100_000  # bytes of JSON; an offer of Chromium has about 7,000
MOST_PIXELS = 1920 * 1088  # larger pictures are made smaller where they are received
LONGEST_PICTURE = SIZE.size + MOST_PIXELS * 3 // 2


def picture_bytes(width: int, height: int) -> int:
    """How many bytes a picture has in I420; both sides are even."""
    return width * height * 3 // 2
