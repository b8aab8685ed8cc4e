"""Declared pre- and post-processing: how bytes become a graph's inputs, and its outputs an answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from nesa.errors import ManifestError
from nesa.models._embedding import EmbeddingOutput, SentenceInput
from nesa.models._fields import Fields, Json
from nesa.models._tensor import TensorInput, TensorOutput
from nesa.models._text import GuidanceOption, SamplingOption, SourceInput, TextInput, TextOutput

__all__ = [
    "BytesInput",
    "ImageInput",
    "ImageOutput",
    "Input",
    "LabelOutput",
    "Option",
    "Output",
    "TensorInput",
    "TensorOutput",
    "WeightsOption",
    "read_input",
    "read_option",
    "read_output",
]

_MAX_INPUT = 256 * 2**20
_FORMATS = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class ImageInput:
    """An encoded image that becomes float32 [1, 3, height, width], sRGB bytes divided by 255.

    Height and width are padded by reflection at the bottom and right to a multiple of ``multiple``; image outputs are
    cropped back. Metadata, orientation included, is ignored.

    An image whose 8×8 tiles all have the same mean in every channel, to ``min_contrast`` levels, is refused: networks
    that normalise by an image's own variance divide rounding errors by nearly nothing there, and machines would differ.
    """

    tensor: str
    formats: tuple[str, ...]
    max_bytes: int
    min_side: int
    max_side: int
    multiple: int
    min_contrast: int

    @classmethod
    def read(cls, fields: Fields) -> "ImageInput":
        """Read the fields beside ``kind``."""
        found = cls(
            tensor=fields.text("tensor"),
            formats=fields.texts("formats", "|".join(_FORMATS), len(_FORMATS)),
            max_bytes=fields.integer("max_bytes", 1, _MAX_INPUT),
            min_side=fields.integer("min_side", 1, 8192),
            max_side=fields.integer("max_side", 1, 8192),
            multiple=fields.integer("multiple", 1, 64),
            min_contrast=fields.integer("min_contrast", 0, 255),
        )
        if not found.formats or found.min_side > found.max_side:
            raise ManifestError("the manifest's input admits no image")
        if found.min_side <= found.multiple:
            raise ManifestError("input.min_side must exceed input.multiple, or reflection runs out of pixels")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "image",
            "tensor": self.tensor,
            "formats": list(self.formats),
            "max_bytes": self.max_bytes,
            "min_side": self.min_side,
            "max_side": self.max_side,
            "multiple": self.multiple,
            "min_contrast": self.min_contrast,
        }


@dataclass(frozen=True, slots=True)
class BytesInput:
    """Any bytes, of which the graph sees int32 [1, head + tail]: the first and last ones without outer white space.

    White space is stripped (ASCII space, tab, line feed, return, vertical tab, form feed) from the left of the first
    ``window`` bytes and the right of the last ``window``. What is missing of head and tail is filled with ``padding``,
    after the head and before the tail. Fewer than ``min_bytes`` bytes after stripping are malformed.
    """

    tensor: str
    max_bytes: int
    min_bytes: int
    head: int
    tail: int
    window: int
    padding: int

    @classmethod
    def read(cls, fields: Fields) -> "BytesInput":
        """Read the fields beside ``kind``."""
        found = cls(
            tensor=fields.text("tensor"),
            max_bytes=fields.integer("max_bytes", 1, _MAX_INPUT),
            min_bytes=fields.integer("min_bytes", 0, 4096),
            head=fields.integer("head", 1, 2**20),
            tail=fields.integer("tail", 0, 2**20),
            window=fields.integer("window", 1, 2**20),
            padding=fields.integer("padding", 0, 2**31 - 1),
        )
        if found.window < max(found.head, found.tail, found.min_bytes):
            raise ManifestError("input.window must hold input.head, input.tail and input.min_bytes")
        return found

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {
            "kind": "bytes",
            "tensor": self.tensor,
            "max_bytes": self.max_bytes,
            "min_bytes": self.min_bytes,
            "head": self.head,
            "tail": self.tail,
            "window": self.window,
            "padding": self.padding,
        }


@dataclass(frozen=True, slots=True)
class WeightsOption:
    """A request's option that becomes float32 [count] of sum 1: one index, or a blend ``{"3": 1, "12": 2}``."""

    name: str
    tensor: str
    count: int
    default: int

    @classmethod
    def read(cls, fields: Fields) -> "WeightsOption":
        """Read the fields beside ``kind``."""
        count = fields.integer("count", 1, 65_536)
        return cls(
            name=fields.text("name", r"[a-z][a-z0-9_]{0,31}"),
            tensor=fields.text("tensor"),
            count=count,
            default=fields.integer("default", 0, count - 1),
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Return the item as the manifest writes it."""
        return {
            "kind": "weights",
            "name": self.name,
            "tensor": self.tensor,
            "count": self.count,
            "default": self.default,
        }


@dataclass(frozen=True, slots=True)
class ImageOutput:
    """A PNG made from float32 [1, 3, height, width]: clipped to 0..1, times 255, rounded half up."""

    tensor: str

    media_type = "image/png"

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {"kind": "image", "tensor": self.tensor}


@dataclass(frozen=True, slots=True)
class LabelOutput:
    """``{"label": …, "score_ppm": …}`` made from float32 [1, labels] of probabilities: the first of the largest."""

    tensor: str
    labels: tuple[str, ...]

    media_type = "application/json"

    def to_dict(self) -> Mapping[str, Json]:
        """Return the section as the manifest writes it."""
        return {"kind": "label", "tensor": self.tensor, "labels": list(self.labels)}


Input = ImageInput | BytesInput | TensorInput | TextInput | SentenceInput
Output = ImageOutput | LabelOutput | TensorOutput | TextOutput | EmbeddingOutput
Option = WeightsOption | SamplingOption | GuidanceOption


def read_input(fields: Fields) -> Input:
    """Read the ``input`` section of a manifest."""
    found: Input
    match fields.choice("kind", ("bytes", "image", "sentence", "source", "tensor", "text")):
        case "image":
            found = ImageInput.read(fields)
        case "bytes":
            found = BytesInput.read(fields)
        case "text":
            found = TextInput.read(fields)
        case "source":
            found = SourceInput.read(fields)
        case "sentence":
            found = SentenceInput.read(fields)
        case _:
            found = TensorInput.read(fields)
    fields.done()
    return found


def read_option(fields: Fields) -> Option:
    """Read one item of ``options``."""
    found: Option
    match fields.choice("kind", ("guidance", "sampling", "weights")):
        case "sampling":
            found = SamplingOption.read(fields)
        case "guidance":
            found = GuidanceOption.read(fields)
        case _:
            found = WeightsOption.read(fields)
    fields.done()
    return found


def read_output(fields: Fields) -> Output:
    """Read the ``output`` section of a manifest."""
    found: Output
    match fields.choice("kind", ("embedding", "image", "label", "tensor", "text")):
        case "image":
            found = ImageOutput(tensor=fields.text("tensor"))
        case "label":
            labels = fields.texts("labels", r"[^\x00-\x1f]{1,64}", 65_536)
            found = LabelOutput(tensor=fields.text("tensor"), labels=labels)
            if not found.labels:
                raise ManifestError("output.labels is empty")
        case "text":
            found = TextOutput.read(fields)
        case "embedding":
            found = EmbeddingOutput.read(fields)
        case _:
            found = TensorOutput.read(fields)
    fields.done()
    return found
