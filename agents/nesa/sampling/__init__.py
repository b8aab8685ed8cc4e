"""Verifiable sampling: which token a language model says next follows from its logits and a seed, in integers.

`docs/sampling.md` is the specification.
"""

from nesa.sampling._choose import choose, quantise
from nesa.sampling._margin import FAR, Margins, margins
from nesa.sampling._noise import NOISE_BITS, Noise
from nesa.sampling._options import Sampling

__all__ = ["FAR", "NOISE_BITS", "Margins", "Noise", "Sampling", "choose", "margins", "quantise"]
