from nesa.proto.nesa.attestation.v1 import types_pb2 as _types_pb2
from nesa.proto.nesa.job.v1 import types_pb2 as _types_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ItemResult(_message.Message):
    __slots__ = ("job_id", "code", "reason")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    code: int
    reason: str
    def __init__(self, job_id: _Optional[int] = ..., code: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ClaimEntry(_message.Message):
    __slots__ = ("job_id", "round", "slot")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    slot: int
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., slot: _Optional[int] = ...) -> None: ...

class DeliverEntry(_message.Message):
    __slots__ = ("job_id", "outcome", "output", "output_digest", "output_uri", "units", "fingerprint", "input_uri", "evidence")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_URI_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    INPUT_URI_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    outcome: _types_pb2_1.Outcome
    output: bytes
    output_digest: bytes
    output_uri: str
    units: int
    fingerprint: bytes
    input_uri: str
    evidence: _types_pb2.Evidence
    def __init__(self, job_id: _Optional[int] = ..., outcome: _Optional[_Union[_types_pb2_1.Outcome, str]] = ..., output: _Optional[bytes] = ..., output_digest: _Optional[bytes] = ..., output_uri: _Optional[str] = ..., units: _Optional[int] = ..., fingerprint: _Optional[bytes] = ..., input_uri: _Optional[str] = ..., evidence: _Optional[_Union[_types_pb2.Evidence, _Mapping]] = ...) -> None: ...

class SeatEntry(_message.Message):
    __slots__ = ("job_id", "round")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ...) -> None: ...

class CommitEntry(_message.Message):
    __slots__ = ("job_id", "round", "commitment")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    commitment: bytes
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., commitment: _Optional[bytes] = ...) -> None: ...

class RevealEntry(_message.Message):
    __slots__ = ("job_id", "round", "result", "salt")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    round: int
    result: _types_pb2_1.Result
    salt: bytes
    def __init__(self, job_id: _Optional[int] = ..., round: _Optional[int] = ..., result: _Optional[_Union[_types_pb2_1.Result, _Mapping]] = ..., salt: _Optional[bytes] = ...) -> None: ...

class MsgRequest(_message.Message):
    __slots__ = ("requester", "requests")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requester: str
    requests: _containers.RepeatedCompositeFieldContainer[_types_pb2_1.Terms]
    def __init__(self, requester: _Optional[str] = ..., requests: _Optional[_Iterable[_Union[_types_pb2_1.Terms, _Mapping]]] = ...) -> None: ...

class MsgRequestResponse(_message.Message):
    __slots__ = ("job_ids",)
    JOB_IDS_FIELD_NUMBER: _ClassVar[int]
    job_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, job_ids: _Optional[_Iterable[int]] = ...) -> None: ...

class MsgClaim(_message.Message):
    __slots__ = ("claim_key", "claims")
    CLAIM_KEY_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    claim_key: str
    claims: _containers.RepeatedCompositeFieldContainer[ClaimEntry]
    def __init__(self, claim_key: _Optional[str] = ..., claims: _Optional[_Iterable[_Union[ClaimEntry, _Mapping]]] = ...) -> None: ...

class MsgClaimResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgDeliver(_message.Message):
    __slots__ = ("operator", "deliveries")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    operator: str
    deliveries: _containers.RepeatedCompositeFieldContainer[DeliverEntry]
    def __init__(self, operator: _Optional[str] = ..., deliveries: _Optional[_Iterable[_Union[DeliverEntry, _Mapping]]] = ...) -> None: ...

class MsgDeliverResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgAbstain(_message.Message):
    __slots__ = ("operator", "seats")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    operator: str
    seats: _containers.RepeatedCompositeFieldContainer[SeatEntry]
    def __init__(self, operator: _Optional[str] = ..., seats: _Optional[_Iterable[_Union[SeatEntry, _Mapping]]] = ...) -> None: ...

class MsgAbstainResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgCommit(_message.Message):
    __slots__ = ("operator", "commits")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    COMMITS_FIELD_NUMBER: _ClassVar[int]
    operator: str
    commits: _containers.RepeatedCompositeFieldContainer[CommitEntry]
    def __init__(self, operator: _Optional[str] = ..., commits: _Optional[_Iterable[_Union[CommitEntry, _Mapping]]] = ...) -> None: ...

class MsgCommitResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgReveal(_message.Message):
    __slots__ = ("operator", "reveals")
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    REVEALS_FIELD_NUMBER: _ClassVar[int]
    operator: str
    reveals: _containers.RepeatedCompositeFieldContainer[RevealEntry]
    def __init__(self, operator: _Optional[str] = ..., reveals: _Optional[_Iterable[_Union[RevealEntry, _Mapping]]] = ...) -> None: ...

class MsgRevealResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgChallenge(_message.Message):
    __slots__ = ("challenger", "job_id")
    CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    challenger: str
    job_id: int
    def __init__(self, challenger: _Optional[str] = ..., job_id: _Optional[int] = ...) -> None: ...

class MsgChallengeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgAppeal(_message.Message):
    __slots__ = ("appellant", "job_id")
    APPELLANT_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    appellant: str
    job_id: int
    def __init__(self, appellant: _Optional[str] = ..., job_id: _Optional[int] = ...) -> None: ...

class MsgAppealResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCancel(_message.Message):
    __slots__ = ("requester", "job_id")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    requester: str
    job_id: int
    def __init__(self, requester: _Optional[str] = ..., job_id: _Optional[int] = ...) -> None: ...

class MsgCancelResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgSettle(_message.Message):
    __slots__ = ("sender", "job_ids")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    JOB_IDS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    job_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sender: _Optional[str] = ..., job_ids: _Optional[_Iterable[int]] = ...) -> None: ...

class MsgSettleResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ItemResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ItemResult, _Mapping]]] = ...) -> None: ...

class MsgUpdateParams(_message.Message):
    __slots__ = ("authority", "params")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    authority: str
    params: _types_pb2_1.Params
    def __init__(self, authority: _Optional[str] = ..., params: _Optional[_Union[_types_pb2_1.Params, _Mapping]] = ...) -> None: ...

class MsgUpdateParamsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
