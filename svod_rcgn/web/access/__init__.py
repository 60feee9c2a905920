"""Who may do what: roles, sessions, passwords, the guard of host and origin, and the audit."""
