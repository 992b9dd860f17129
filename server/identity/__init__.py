"""The one place where a request becomes an actor in a municipality."""

from server.identity.viewer import Identity, Viewer, ViewerContext

__all__ = ["Identity", "Viewer", "ViewerContext"]
