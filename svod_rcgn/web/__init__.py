"""The page and the HTTP interface of one running process."""
