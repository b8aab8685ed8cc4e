"""A small network in numpy: dense and convolutional layers, forward, backward, and Adam."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Adam", "Conv", "Dense", "Flatten", "Layer", "Relu", "cross_entropy", "fit", "predict"]

Array = npt.NDArray[np.float32]


class Layer(Protocol):
    """One layer: what it learns, what it makes of its input, and what its input's gradient is."""

    def forward(self, values: Array) -> Array:
        """Return the output, and keep what `backward` needs."""
        ...

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the last input, and keep those of the parameters."""
        ...

    def parameters(self) -> Iterator[tuple[Array, Array]]:
        """Yield each parameter with its gradient."""
        ...


class Dense:
    """``x · Wᵀ + b`` for [N, inputs]."""

    def __init__(self, inputs: int, outputs: int, random: np.random.Generator) -> None:
        self.weights: Array = (random.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)).astype(np.float32)
        self.bias: Array = np.zeros(outputs, np.float32)

    def forward(self, values: Array) -> Array:
        """See `Layer`."""
        self._values = values
        return values @ self.weights.T + self.bias

    def backward(self, gradient: Array) -> Array:
        """See `Layer`."""
        self._gradients = (gradient.T @ self._values, gradient.sum(axis=0))
        return gradient @ self.weights

    def parameters(self) -> Iterator[tuple[Array, Array]]:
        """See `Layer`."""
        yield from zip((self.weights, self.bias), self._gradients, strict=True)


class Conv:
    """A square convolution with ``kernel // 2`` zeros around [N, channels, side, side], moved by ``stride``."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, random: np.random.Generator) -> None:
        scale = np.sqrt(2 / (inputs * kernel * kernel))
        self.weights: Array = (random.standard_normal((outputs, inputs, kernel, kernel)) * scale).astype(np.float32)
        self.bias: Array = np.zeros(outputs, np.float32)
        self.pad, self.stride = kernel // 2, stride

    def forward(self, values: Array) -> Array:
        """See `Layer`."""
        kernel, pad = self.weights.shape[2], self.pad
        padded = np.pad(values, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        seen = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(2, 3))
        seen = seen[:, :, :: self.stride, :: self.stride].transpose(0, 2, 3, 1, 4, 5)
        self._rows = np.ascontiguousarray(seen).reshape(-1, self.weights[0].size)  # one window to a row
        self._shape, self._places = padded.shape, seen.shape[:3]
        made = self._rows @ self.weights.reshape(len(self.weights), -1).T + self.bias
        return made.reshape(*self._places, -1).transpose(0, 3, 1, 2)

    def backward(self, gradient: Array) -> Array:
        """See `Layer`."""
        rows = gradient.transpose(0, 2, 3, 1).reshape(-1, len(self.weights))
        self._gradients = ((rows.T @ self._rows).reshape(self.weights.shape), rows.sum(axis=0))
        (_, inputs, kernel, _), (_, height, width) = self.weights.shape, self._places
        spread = rows @ self.weights.reshape(len(self.weights), -1)
        spread = spread.reshape(*self._places, inputs, kernel, kernel).transpose(0, 3, 1, 2, 4, 5)
        padded, step = np.zeros(self._shape, np.float32), self.stride
        for row in range(kernel):
            for column in range(kernel):
                below, right = row + height * step, column + width * step
                padded[:, :, row:below:step, column:right:step] += spread[..., row, column]
        return padded[:, :, self.pad : -self.pad, self.pad : -self.pad]

    def parameters(self) -> Iterator[tuple[Array, Array]]:
        """See `Layer`."""
        yield from zip((self.weights, self.bias), self._gradients, strict=True)


class _Fixed:
    """A layer that learns nothing."""

    def parameters(self) -> Iterator[tuple[Array, Array]]:
        """See `Layer`."""
        yield from ()


class Relu(_Fixed):
    """Negative values become 0."""

    def forward(self, values: Array) -> Array:
        """See `Layer`."""
        self._positive = values > 0
        return np.maximum(values, np.float32(0))

    def backward(self, gradient: Array) -> Array:
        """See `Layer`."""
        return gradient * self._positive


class Flatten(_Fixed):
    """[N, …] to [N, all]."""

    def forward(self, values: Array) -> Array:
        """See `Layer`."""
        self._shape = values.shape
        return values.reshape(len(values), -1)

    def backward(self, gradient: Array) -> Array:
        """See `Layer`."""
        return gradient.reshape(self._shape)


class Adam:
    """Kingma and Ba, "Adam: A Method for Stochastic Optimization" (arXiv 1412.6980), with their constants."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._moments: dict[int, tuple[Array, Array]] = {}
        self._steps = 0

    def step(self, rate: float) -> None:
        """Move every parameter against its gradient."""
        self._steps += 1
        for layer in self._layers:
            for parameter, gradient in layer.parameters():
                zero = np.zeros_like(parameter)
                mean, square = self._moments.get(id(parameter), (zero, zero))
                mean = 0.9 * mean + 0.1 * gradient
                square = 0.999 * square + 0.001 * gradient**2
                self._moments[id(parameter)] = mean, square
                unbiased = mean / (1 - 0.9**self._steps), square / (1 - 0.999**self._steps)
                np.subtract(
                    parameter, rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8), out=parameter, casting="unsafe"
                )


def cross_entropy(scores: Array, labels: npt.NDArray[np.int64]) -> tuple[float, Array]:
    """Return the mean loss of scores [N, classes], and its gradient."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely = shifted / shifted.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -float(np.log(likely[rows, labels] + 1e-12).mean())
    likely[rows, labels] -= 1
    return loss, (likely / len(labels)).astype(np.float32)


def predict(layers: Sequence[Layer], values: Array) -> Array:
    """Return the scores [N, classes]."""
    for layer in layers:
        values = layer.forward(values)
    return values


def fit(
    layers: Sequence[Layer],
    values: Array,
    labels: npt.NDArray[np.int64],
    random: np.random.Generator,
    *,
    epochs: int,
    batch: int,
    rate: float,
) -> None:
    """Train with Adam; the rate falls to zero along a half cosine."""
    adam, done, steps = Adam(layers), 0, epochs * (len(values) // batch)
    for epoch in range(epochs):
        order, total = random.permutation(len(values)), 0.0
        for at in range(0, len(order) - batch + 1, batch):
            chosen = order[at : at + batch]
            loss, gradient = cross_entropy(predict(layers, values[chosen]), labels[chosen])
            for layer in reversed(layers):
                gradient = layer.backward(gradient)
            adam.step(rate * 0.5 * (1 + np.cos(np.pi * done / steps)))
            done, total = done + 1, total + loss
        print(f"epoch {epoch + 1} of {epochs}: loss {total * batch / len(values):.4f}")
