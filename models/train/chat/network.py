"""The Llama architecture in plain PyTorch: the names, shapes and arithmetic of transformers' LlamaForCausalLM.

`transformers` computes the same (export.py and a known answer hold it to that), in about twice the time on a
processor.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Llama", "Shape"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    vocabulary: int = 3072
    hidden: int = 256
    inner: int = 768
    layers: int = 5
    heads: int = 8
    groups: int = 4
    """Heads of keys and values."""
    context: int = 512
    theta: float = 10_000.0
    epsilon: float = 1e-5

    @property
    def head(self) -> int:
        """Features of a head."""
        return self.hidden // self.heads


def rotations(shape: Shape) -> tuple[Tensor, Tensor]:
    """Return cosines and sines [context, head] of the rotary embedding; both halves of a head turn alike."""
    speeds = shape.theta ** (-torch.arange(0, shape.head, 2, dtype=torch.float32) / shape.head)
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float32), speeds)
    angles = torch.cat([angles, angles], dim=1)
    return angles.cos(), angles.sin()


def rotate(values: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Return values [B, heads, T, head] turned by their positions."""
    first, second = values.chunk(2, dim=-1)
    return values * cosines + torch.cat([-second, first], dim=-1) * sines


class Attention(nn.Module):
    """Causal attention with fewer heads of keys and values than of queries."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.q_proj = nn.Linear(shape.hidden, shape.heads * shape.head, bias=False)
        self.k_proj = nn.Linear(shape.hidden, shape.groups * shape.head, bias=False)
        self.v_proj = nn.Linear(shape.hidden, shape.groups * shape.head, bias=False)
        self.o_proj = nn.Linear(shape.heads * shape.head, shape.hidden, bias=False)

    def forward(self, hidden: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """Return [B, T, hidden] of hidden [B, T, hidden]."""
        batch, length, _ = hidden.shape
        query, key, value = (
            projection(hidden).view(batch, length, -1, self.shape.head).transpose(1, 2)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        query, key = rotate(query, cosines, sines), rotate(key, cosines, sines)
        repeats = self.shape.heads // self.shape.groups
        key, value = key.repeat_interleave(repeats, dim=1), value.repeat_interleave(repeats, dim=1)
        mixed = functional.scaled_dot_product_attention(
            query.to(value.dtype), key.to(value.dtype), value, is_causal=True
        )
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class Gated(nn.Module):
    """The gated feed-forward part."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.down_proj = nn.Linear(shape.inner, shape.hidden, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return [B, T, hidden] of hidden [B, T, hidden]."""
        return self.down_proj(functional.silu(self.gate_proj(hidden)) * self.up_proj(hidden))


class Layer(nn.Module):
    """Attention and feed-forward, each added to what it read; in training, without a share of what they say."""

    def __init__(self, shape: Shape, dropped: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropped)
        self.self_attn = Attention(shape)
        self.mlp = Gated(shape)
        self.input_layernorm = nn.RMSNorm(shape.hidden, shape.epsilon)
        self.post_attention_layernorm = nn.RMSNorm(shape.hidden, shape.epsilon)

    def forward(self, hidden: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """Return [B, T, hidden] of hidden [B, T, hidden]."""
        hidden = hidden + self.drop(self.self_attn(self.input_layernorm(hidden), cosines, sines))
        return hidden + self.drop(self.mlp(self.post_attention_layernorm(hidden)))


class Llama(nn.Module):
    """The network; its state's names are those of a Llama file, less the prefix `model.` of all but the head."""

    def __init__(self, shape: Shape, dropped: float = 0.0) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape, dropped) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.hidden, shape.epsilon)
        self.lm_head = nn.Linear(shape.hidden, shape.vocabulary, bias=False)
        for name, turn in zip(("cosines", "sines"), rotations(shape), strict=True):
            self.register_buffer(name, turn, persistent=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return hidden states [B, T, hidden] of tokens [B, T]."""
        length = tokens.shape[1]
        hidden = self.embed_tokens(tokens)
        for layer in self.layers:
            hidden = layer(hidden, self.cosines[:length], self.sines[:length])
        return self.norm(hidden)

    def scores(self, hidden: Tensor) -> Tensor:
        """Return the scores [..., vocabulary] of hidden [..., hidden]."""
        return self.lm_head(hidden)
