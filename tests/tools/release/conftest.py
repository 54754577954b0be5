"""The small checkout of the build's tests, for those of releases too."""

from tests.tools.build.conftest import checkout

__all__ = ["checkout"]
