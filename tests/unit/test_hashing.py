import hashlib

import pytest

from nesa.hashing import digest, frame, u8, u32, u64


def test_the_frame_is_the_chain_s() -> None:
    assert frame("beacon", "nesa-1") == b"\x0enesa/beacon/v1\x06nesa-1"
    want = hashlib.sha256(b"\x0enesa/beacon/v1\x06nesa-1ab\x00\x00\x00\x00\x00\x00\x01\x02\x00\x00\x00\x07").digest()
    assert digest("beacon", "nesa-1", b"ab", u64(258), u32(7)) == want


def test_integers_have_fixed_widths() -> None:
    assert (u8(255), u32(1), u64(1)) == (b"\xff", b"\0\0\0\1", b"\0\0\0\0\0\0\0\1")
    for encode, bits in ((u8, 8), (u32, 32), (u64, 64)):
        with pytest.raises(OverflowError):
            encode(2**bits)
        with pytest.raises(OverflowError):
            encode(-1)


def test_a_frame_that_cannot_state_its_lengths_is_refused() -> None:
    with pytest.raises(ValueError, match="255 bytes"):
        frame("beacon", "n" * 256)
    with pytest.raises(ValueError, match="255 bytes"):
        frame("b" * 256, "nesa-1")
