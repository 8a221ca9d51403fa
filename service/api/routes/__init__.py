"""The routes, one file a noun. They hold no logic of their own: each calls what the command line calls."""
