from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Unit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNIT_UNSPECIFIED: _ClassVar[Unit]
    UNIT_REQUEST: _ClassVar[Unit]
    UNIT_TOKEN: _ClassVar[Unit]
    UNIT_IMAGE: _ClassVar[Unit]
    UNIT_SECOND: _ClassVar[Unit]

class VersionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERSION_STATUS_UNSPECIFIED: _ClassVar[VersionStatus]
    VERSION_STATUS_PROBATION: _ClassVar[VersionStatus]
    VERSION_STATUS_ACTIVE: _ClassVar[VersionStatus]
    VERSION_STATUS_SUSPENDED: _ClassVar[VersionStatus]
    VERSION_STATUS_RETIRED: _ClassVar[VersionStatus]
UNIT_UNSPECIFIED: Unit
UNIT_REQUEST: Unit
UNIT_TOKEN: Unit
UNIT_IMAGE: Unit
UNIT_SECOND: Unit
VERSION_STATUS_UNSPECIFIED: VersionStatus
VERSION_STATUS_PROBATION: VersionStatus
VERSION_STATUS_ACTIVE: VersionStatus
VERSION_STATUS_SUSPENDED: VersionStatus
VERSION_STATUS_RETIRED: VersionStatus

class Model(_message.Message):
    __slots__ = ("name", "owner", "private", "retired", "versions")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    owner: str
    private: bool
    retired: bool
    versions: int
    def __init__(self, name: _Optional[str] = ..., owner: _Optional[str] = ..., private: bool = ..., retired: bool = ..., versions: _Optional[int] = ...) -> None: ...

class Profile(_message.Message):
    __slots__ = ("positions", "projections", "scale_bits", "shift", "threshold", "score_thresholds", "run_window", "proof_systems")
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    PROJECTIONS_FIELD_NUMBER: _ClassVar[int]
    SCALE_BITS_FIELD_NUMBER: _ClassVar[int]
    SHIFT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    RUN_WINDOW_FIELD_NUMBER: _ClassVar[int]
    PROOF_SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    positions: int
    projections: int
    scale_bits: int
    shift: int
    threshold: int
    score_thresholds: _containers.RepeatedScalarFieldContainer[int]
    run_window: int
    proof_systems: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, positions: _Optional[int] = ..., projections: _Optional[int] = ..., scale_bits: _Optional[int] = ..., shift: _Optional[int] = ..., threshold: _Optional[int] = ..., score_thresholds: _Optional[_Iterable[int]] = ..., run_window: _Optional[int] = ..., proof_systems: _Optional[_Iterable[str]] = ...) -> None: ...

class Version(_message.Message):
    __slots__ = ("id", "model", "number", "manifest_digest", "uri", "unit", "royalty_bps", "profile", "status", "agreed", "disagreed", "distinct_miners", "proven")
    ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ROYALTY_BPS_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    DISAGREED_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_MINERS_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    id: int
    model: str
    number: int
    manifest_digest: bytes
    uri: str
    unit: Unit
    royalty_bps: int
    profile: Profile
    status: VersionStatus
    agreed: int
    disagreed: int
    distinct_miners: int
    proven: bool
    def __init__(self, id: _Optional[int] = ..., model: _Optional[str] = ..., number: _Optional[int] = ..., manifest_digest: _Optional[bytes] = ..., uri: _Optional[str] = ..., unit: _Optional[_Union[Unit, str]] = ..., royalty_bps: _Optional[int] = ..., profile: _Optional[_Union[Profile, _Mapping]] = ..., status: _Optional[_Union[VersionStatus, str]] = ..., agreed: _Optional[int] = ..., disagreed: _Optional[int] = ..., distinct_miners: _Optional[int] = ..., proven: bool = ...) -> None: ...

class Params(_message.Message):
    __slots__ = ("registration_fee", "max_royalty_bps", "probation_checks", "probation_miners", "suspension_checks", "suspension_bps", "max_run_window")
    REGISTRATION_FEE_FIELD_NUMBER: _ClassVar[int]
    MAX_ROYALTY_BPS_FIELD_NUMBER: _ClassVar[int]
    PROBATION_CHECKS_FIELD_NUMBER: _ClassVar[int]
    PROBATION_MINERS_FIELD_NUMBER: _ClassVar[int]
    SUSPENSION_CHECKS_FIELD_NUMBER: _ClassVar[int]
    SUSPENSION_BPS_FIELD_NUMBER: _ClassVar[int]
    MAX_RUN_WINDOW_FIELD_NUMBER: _ClassVar[int]
    registration_fee: str
    max_royalty_bps: int
    probation_checks: int
    probation_miners: int
    suspension_checks: int
    suspension_bps: int
    max_run_window: int
    def __init__(self, registration_fee: _Optional[str] = ..., max_royalty_bps: _Optional[int] = ..., probation_checks: _Optional[int] = ..., probation_miners: _Optional[int] = ..., suspension_checks: _Optional[int] = ..., suspension_bps: _Optional[int] = ..., max_run_window: _Optional[int] = ...) -> None: ...
