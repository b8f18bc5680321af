"""What a developer runs from the root of the repository; nothing of it is in the package."""
