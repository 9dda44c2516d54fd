"""Which secrets are good enough to guard the orders, and how one is made."""

import re
import secrets

LEAST = 8
"""Characters below which a secret is refused."""

SHORT = 20
"""Characters below which the start warns: one that is made has more."""

MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe(24))'"
"""The command that prints a new secret."""

_EXAMPLES = re.compile(
    "an?(?:other)?-(?:long-)?secret(?:-.*)?|(?:your-|my-)?(?:secret|token|password|value)", re.IGNORECASE
)
"""What stands in documents for a secret, ours and others': whoever reads them knows it."""


def make_secret() -> str:
    """Return a new secret."""
    return secrets.token_urlsafe(24)


def find_fault(secret: str) -> str:
    """Return why a secret is refused; "" if it is not.

    >>> find_fault("a-long-secret-that-you-also-give-to-Bik"), find_fault("s3cret")
    ('an example that everybody can read', 'shorter than 8 characters')
    >>> find_fault("abababababab"), find_fault("k7-wq_40zP")
    ('made of too few different characters', '')
    """
    if _EXAMPLES.fullmatch(secret):
        return "an example that everybody can read"
    if len(secret) < LEAST:
        return f"shorter than {LEAST} characters"
    return "made of too few different characters" if len(set(secret)) < 4 else ""
