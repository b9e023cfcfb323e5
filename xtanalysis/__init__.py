"""The layers: statements are parsed, conditioned on, and answered; nothing happens on import."""

__version__ = "0.1.0"
