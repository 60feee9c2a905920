"""How datasets come from other programs and go to them: one module a format."""
