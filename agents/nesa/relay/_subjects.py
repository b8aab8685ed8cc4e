"""Subjects and headers of the relay's requests. The account's address is the last token of those that change things."""

__all__ = [
    "CHUNK",
    "DELETE",
    "DIGEST",
    "ERROR",
    "GET",
    "MAX_SIZE",
    "OFFSET",
    "PUT",
    "REFUSED",
    "SIZE",
    "STAT",
    "UNAVAILABLE",
]

PUT = "nesa.blob.put"
DELETE = "nesa.blob.delete"
STAT = "nesa.blob.stat"
GET = "nesa.blob.get"

DIGEST = "Nesa-Digest"  # SHA-256 of the blob, hexadecimal
SIZE = "Nesa-Size"  # bytes of the whole blob
OFFSET = "Nesa-Offset"  # where in the blob a message's data starts
ERROR = "Nesa-Error"  # one of the codes below; the sentence is the message's data

REFUSED = "refused"
UNAVAILABLE = "unavailable"

CHUNK = 256 * 1024
MAX_SIZE = 10**15 - 1  # of a blob, in bytes, that can be spoken of
