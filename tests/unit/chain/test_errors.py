"""What a refused transaction says."""

from nesa.chain import TxFailedError


def test_no_path_of_the_nodes_source_is_shown() -> None:
    log = "job 7: ticket is beaten [/home/somebody/nesa/chain/x/job/keeper/msg_claim.go:170]: failed to execute message"
    error = TxFailedError(code=21, codespace="job", log=log, tx_hash="AB", height=9)
    assert str(error) == "Transaction AB failed in block 9: job 7: ticket is beaten: failed to execute message."
    assert error.log == log
