"""From the faces of one camera to visits: who came, who went, and who is told of it."""
