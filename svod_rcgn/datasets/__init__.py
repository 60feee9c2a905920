"""Collections of pictures with tags and boxes, kept by a journal of every act; and archives of pictures."""
