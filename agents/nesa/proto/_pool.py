"""The descriptor pool of the generated modules, apart from protobuf's own: see proto/generate_python.py."""

from google.protobuf import any_pb2, descriptor_pool, duration_pb2, timestamp_pb2

_POOL = descriptor_pool.DescriptorPool()
for _file in (any_pb2, duration_pb2, timestamp_pb2):
    _POOL.AddSerializedFile(_file.DESCRIPTOR.serialized_pb)


def Default() -> descriptor_pool.DescriptorPool:  # noqa: N802 (called by generated code in place of protobuf's own)
    """Return the pool of this package."""
    return _POOL
