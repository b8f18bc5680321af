"""What a user writes: NATS and RenderNATS. The pydantic models are the authority; `accept` is their fast twin."""
