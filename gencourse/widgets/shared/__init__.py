"""What widgets share: the base class and its still, decoders as data, pictures; beside them the shared JavaScript."""
