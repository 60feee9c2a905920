"""Files that lie elsewhere: brought here, resumed where a connection broke, and put there.

`fetch.fetch` is the one way in; `http` and `object_store` (s3 and whatever else fsspec opens) are
beneath it. `object_store.ObjectStore` is the way out.
"""
