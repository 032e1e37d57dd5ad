"""Why a command of `main.py` does not do what was asked."""


class StartError(Exception):
    """One line for whoever typed the command; what is wrong, where, and what is allowed."""
