"""Generates agents/nesa/proto from the proto trees that generate.sh lays out.

usage: generate_python.py WORKDIR OUTDIR

WORKDIR holds ``nesa/`` (our protos) and ``deps/`` (third-party ones). What comes out differs from protoc's in two ways,
so that it can live in one process with other packages that bring the same Cosmos types (cosmpy does):

* every module lies in the package ``nesa.proto``, and so does every import of it;
* descriptors go into a pool of their own, not into protobuf's global one, where the second copy would clash.

And in a third, so that strangers cannot make blocks unreadable: what transactions and events say is bytes. Go writes
into these strings what is no UTF-8 (the EVM's bloom filter of a block, a contract's reason), and protobuf's runtime
would refuse the whole answer of a node for one of them.

Custom options (gogoproto, amino, HTTP bindings, …) mean nothing in Python and are dropped, and with them their imports.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

PREFIX = "nesa/proto/"
WELL_KNOWN = "google/protobuf/"
OPTIONS_ONLY = ("amino/", "cosmos/msg/", "cosmos/query/", "cosmos_proto/", "gogoproto/", "google/api/")
DESCRIPTOR = "google/protobuf/descriptor.proto"
THIRD_PARTY = (
    "cosmos/auth/v1beta1/auth.proto",
    "cosmos/auth/v1beta1/query.proto",
    "cosmos/authz/v1beta1/authz.proto",
    "cosmos/authz/v1beta1/tx.proto",
    "cosmos/bank/v1beta1/query.proto",
    "cosmos/bank/v1beta1/tx.proto",
    "cosmos/base/node/v1beta1/query.proto",
    "cosmos/base/tendermint/v1beta1/query.proto",
    "cosmos/crypto/secp256k1/keys.proto",
    "cosmos/evm/crypto/v1/ethsecp256k1/keys.proto",
    "cosmos/evm/feemarket/v1/query.proto",
    "cosmos/feegrant/v1beta1/feegrant.proto",
    "cosmos/feegrant/v1beta1/tx.proto",
    "cosmos/gov/v1/query.proto",
    "cosmos/gov/v1/tx.proto",
    "cosmos/staking/v1beta1/query.proto",
    "cosmos/staking/v1beta1/tx.proto",
    "cosmos/tx/v1beta1/service.proto",
)
NOT_TEXT = {"EventAttribute": ("key", "value"), "ExecTxResult": ("log", "info")}  # of CometBFT's ABCI
POOL = '''"""The descriptor pool of the generated modules, apart from protobuf's own: see proto/generate_python.py."""

from google.protobuf import any_pb2, descriptor_pool, duration_pb2, timestamp_pb2

_POOL = descriptor_pool.DescriptorPool()
for _file in (any_pb2, duration_pb2, timestamp_pb2):
    _POOL.AddSerializedFile(_file.DESCRIPTOR.serialized_pb)


def Default() -> descriptor_pool.DescriptorPool:  # noqa: N802 (called by generated code in place of protobuf's own)
    """Return the pool of this package."""
    return _POOL
'''


def protoc(*arguments: str) -> None:
    """Run the pinned protoc."""
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *arguments], check=True)


def describe(work: Path, roots: Iterable[str], out: Path) -> dict[str, FileDescriptorProto]:
    """Compile ``roots`` and all they import to descriptors, by file name."""
    include = [f"-I{path}" for path in (work / "nesa", work / "deps", resources.files("grpc_tools") / "_proto")]
    protoc(*include, "--include_imports", "--include_source_info", f"--descriptor_set_out={out}", *roots)
    files = FileDescriptorSet.FromString(out.read_bytes()).file
    return {file.name: file for file in files}


def strip(file: FileDescriptorProto) -> None:
    """Drop custom options and what was imported for them alone."""
    file.DiscardUnknownFields()  # type: ignore[attr-defined]  # missing in types-protobuf
    file.ClearField("options")
    if file.public_dependency or file.weak_dependency:
        raise SystemExit(f"{file.name}: public and weak imports are not supported")
    kept = [name for name in file.dependency if not name.startswith(OPTIONS_ONLY) and name != DESCRIPTOR]
    del file.dependency[:]
    file.dependency.extend(kept)


def loosen(files: Mapping[str, FileDescriptorProto]) -> None:
    """Let `NOT_TEXT` be bytes; on the wire both are the same."""
    messages = {message.name: message for message in files["tendermint/abci/types.proto"].message_type}
    for name, names in NOT_TEXT.items():
        for field in messages[name].field:
            if field.name in names:
                field.type = FieldDescriptorProto.TYPE_BYTES


def closure(files: Mapping[str, FileDescriptorProto], roots: Iterable[str]) -> list[str]:
    """Return the names of ``roots`` and all they import, each after what it imports."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for dependency in files[name].dependency:
            visit(dependency)
        order.append(name)

    for root in sorted(roots):
        visit(root)
    return order


def renamed(name: str) -> str:
    """Return the name under which a file is generated."""
    return name if name.startswith(WELL_KNOWN) else PREFIX + name


def relocate(file: FileDescriptorProto) -> FileDescriptorProto:
    """Return the file under its new name and with its imports under theirs."""
    moved = FileDescriptorProto()
    moved.CopyFrom(file)
    moved.name = renamed(file.name)
    del moved.dependency[:]
    moved.dependency.extend(renamed(name) for name in file.dependency)
    return moved


def use_own_pool(module: Path) -> None:
    """Let a generated module register its descriptors in this package's pool."""
    theirs = "from google.protobuf import descriptor_pool as _descriptor_pool"
    text = module.read_text()
    if text.count(theirs) != 1:
        raise SystemExit(f"{module.name}: protoc's output has changed, its descriptor pool was not found")
    module.write_text(text.replace(theirs, "from nesa.proto import _pool as _descriptor_pool"))


def generate(work: Path, scratch: Path) -> Path:
    """Generate everything below ``scratch`` and return the package's folder."""
    ours = [path.relative_to(work / "nesa").as_posix() for path in (work / "nesa").rglob("*.proto")]
    roots = [*ours, *THIRD_PARTY]
    files = describe(work, roots, scratch / "all.bin")
    for file in files.values():
        strip(file)
    loosen(files)
    names = closure(files, roots)
    moved = FileDescriptorSet(file=[relocate(files[name]) for name in names])
    (scratch / "moved.bin").write_bytes(moved.SerializeToString())

    source = f"--descriptor_set_in={scratch / 'moved.bin'}"
    targets = [file.name for file in moved.file if not file.name.startswith(WELL_KNOWN)]
    services = [file.name for file in moved.file if any(not service.name.startswith("Msg") for service in file.service)]
    protoc(source, f"--python_out={scratch}", f"--pyi_out={scratch}", *targets)
    protoc(source, f"--grpc_python_out={scratch}", *services)
    package = scratch / PREFIX
    for module in package.rglob("*_pb2.py"):
        use_own_pool(module)
    for folder in {module.parent for module in package.rglob("*.py")}:
        for parent in (folder, *folder.parents):
            if not parent.is_relative_to(package):
                break
            (parent / "__init__.py").touch()
    (package / "__init__.py").write_text('"""Generated from proto/ by proto/generate.sh; do not edit."""\n')
    (package / "_pool.py").write_text(POOL)
    return package


def main() -> None:
    """Replace OUTDIR by what is generated from WORKDIR."""
    work, out = (Path(argument).resolve() for argument in sys.argv[1:])
    with TemporaryDirectory() as scratch:
        package = generate(work, Path(scratch))
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(package, out)


if __name__ == "__main__":
    main()
