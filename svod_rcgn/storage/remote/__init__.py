"""Files that lie elsewhere: brought here, resumed where a connection broke, and put there.

`fetching.fetch` is the one way in; `web` (http, https) and `places` (s3 and whatever else fsspec
opens) are beneath it. `places.Place` is the way out.
"""
