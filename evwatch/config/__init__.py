"""Settings: defaults < file < environment < flags."""

from evwatch.config.load import Loaded, default_path, load
from evwatch.config.origin import Effective, Origin
from evwatch.config.settings import Cadence, ContextRequest, Settings

__all__ = ["Cadence", "ContextRequest", "Effective", "Loaded", "Origin", "Settings", "default_path", "load"]
