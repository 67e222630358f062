"""Why an environment could not be made, in one sentence, out of what an installer wrote."""

import re

_CAUSES = (
    # what the installer or the system wrote, and what it means
    (r"No space left|not enough space|Errno 28",
     "The disk is full: the kit needs 1 GB. Make room"),
    (r"CERTIFICATE_VERIFY|SSLError|certificate",
     "The package index could not be trusted: a proxy or the clock of this computer is in the "
     "way. Ask whoever looks after the network"),
    (r"name resolution|getaddrinfo|NewConnectionError|ConnectTimeout|[Nn]etwork is unreachable"
     r"|Max retries|ReadTimeout|ProxyError|dns error|error sending request|from versions: none"
     r"|Failed to fetch",
     "The packages could not be fetched: no way to the package index. Connect to the network"),
    (r"Windows Long Path|WinError 206|file name or extension is too long",
     "The path is too long for this Windows. Move the kit's folder to a shorter one, such as C:\\kit"),
    (r"Permission denied|Errno 13|Read-only file system|Errno 30",
     "The kit's folder cannot be written to. Copy it to a place of your own"),
)


def explain(text, place):
    """Return one sentence for what an installer or the system reported."""
    for pattern, sentence in _CAUSES:
        if re.search(pattern, text):
            return f"{sentence}, then run the same command again. ({place})"
    reasons = re.findall(r"(?im)^\W*(?:error|fatal)\b.*", text) or ["no reason was given"]
    return f"The private environment could not be made: {reasons[-1].strip()} ({place})"
