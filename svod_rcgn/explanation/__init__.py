"""Why a network answers as it does: which parts of a picture speak for the answer, and whether that holds."""
