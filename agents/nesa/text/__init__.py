"""Text: tokenizers, chat templates, and what requests and answers of language models look like."""

from nesa.text._answer import Answer, Finish, read_answer
from nesa.text._ending import Ending, Follower
from nesa.text._guide import Grammars, Guide
from nesa.text._options import TextOptions, parse_options
from nesa.text._prompt import Prompter
from nesa.text._request import Conversation, parse_conversation
from nesa.text._template import ChatTemplate
from nesa.text._tokenizer import Tokenizer

__all__ = [
    "Answer",
    "ChatTemplate",
    "Conversation",
    "Ending",
    "Finish",
    "Follower",
    "Grammars",
    "Guide",
    "Prompter",
    "TextOptions",
    "Tokenizer",
    "parse_conversation",
    "parse_options",
    "read_answer",
]
