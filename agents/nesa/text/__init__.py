"""Text: tokenizers, chat templates, and what requests and answers of language models look like."""

from nesa.text._template import ChatTemplate

__all__ = ["ChatTemplate"]
