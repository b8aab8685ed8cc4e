from nesa.proto.nesa.job.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenesisState(_message.Message):
    __slots__ = ("params", "revisions", "jobs", "seats", "records", "reveals", "next_id")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    REVEALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_ID_FIELD_NUMBER: _ClassVar[int]
    params: _types_pb2.Params
    revisions: _containers.RepeatedCompositeFieldContainer[ParamsRevision]
    jobs: _containers.RepeatedCompositeFieldContainer[_types_pb2.Job]
    seats: _containers.RepeatedCompositeFieldContainer[_types_pb2.Seat]
    records: _containers.RepeatedCompositeFieldContainer[_types_pb2.Record]
    reveals: _containers.RepeatedCompositeFieldContainer[_types_pb2.EpochReveals]
    next_id: int
    def __init__(self, params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ..., revisions: _Optional[_Iterable[_Union[ParamsRevision, _Mapping]]] = ..., jobs: _Optional[_Iterable[_Union[_types_pb2.Job, _Mapping]]] = ..., seats: _Optional[_Iterable[_Union[_types_pb2.Seat, _Mapping]]] = ..., records: _Optional[_Iterable[_Union[_types_pb2.Record, _Mapping]]] = ..., reveals: _Optional[_Iterable[_Union[_types_pb2.EpochReveals, _Mapping]]] = ..., next_id: _Optional[int] = ...) -> None: ...

class ParamsRevision(_message.Message):
    __slots__ = ("revision", "params")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    params: _types_pb2.Params
    def __init__(self, revision: _Optional[int] = ..., params: _Optional[_Union[_types_pb2.Params, _Mapping]] = ...) -> None: ...
