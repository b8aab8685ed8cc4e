"""A chat model of the project's own: its text, its training, and its graphs."""
