"""The certificates that are trusted when a server is spoken to over https."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import UsageError

if TYPE_CHECKING:
    from ssl import SSLContext


def certificates(scheme: str, ca_file: Path | None = None) -> SSLContext | None:
    """What is trusted: the given file alone, else that of SSL_CERT_FILE, else the system's and those of certifi.

    None for a scheme that needs none, because loading them takes longer than a question. Raises UsageError for a
    file that holds no certificates.
    """
    if scheme != "https":
        return None
    import ssl

    named = "setting ca_file" if ca_file else "environment variable SSL_CERT_FILE"
    file = str(ca_file) if ca_file else os.environ.get("SSL_CERT_FILE")
    try:
        trusted = ssl.create_default_context(cafile=file or None)
    except (OSError, ssl.SSLError) as error:
        reason = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror or "cannot be read"
        raise UsageError(f"{named}: {file}: {reason}", "name a file of certificates in PEM form") from None
    if not file and not os.environ.get("SSL_CERT_DIR"):
        import certifi

        trusted.load_verify_locations(certifi.where())
    return trusted
