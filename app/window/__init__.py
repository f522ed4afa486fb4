"""The window and its parts put together, and how it is used without a mouse."""
