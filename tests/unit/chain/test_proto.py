"""The generated modules live beside cosmpy's copy of Cosmos's types, whichever comes first."""

import subprocess
import sys

import pytest

OURS = """
from nesa.proto.nesa.job.v1 import tx_pb2
from nesa.proto.cosmos.tx.v1beta1 import tx_pb2 as cosmos_tx_pb2
from nesa.proto.cosmos.bank.v1beta1 import tx_pb2 as bank_pb2
"""
THEIRS = """
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import cosmpy.aerial.client
    from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
    from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import TxBody
"""
USE = """
from google.protobuf.any_pb2 import Any
message = tx_pb2.MsgCancel(requester="a", job_id=3)
ours = cosmos_tx_pb2.TxBody()
ours.messages.add().Pack(message, type_url_prefix="/")
theirs = TxBody()
packed = Any()
packed.Pack(message, type_url_prefix="/")
theirs.messages.append(packed)
assert ours.SerializeToString() == theirs.SerializeToString()
assert MsgSend is not bank_pb2.MsgSend
"""


@pytest.mark.parametrize("order", [(OURS, THEIRS), (THEIRS, OURS)], ids=["ours first", "cosmpy first"])
def test_generated_modules_do_not_clash_with_cosmpy(order: tuple[str, str]) -> None:
    subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", "".join(order) + USE], check=True, timeout=50)
