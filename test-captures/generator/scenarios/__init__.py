"""The scenarios, by what they are about; load() registers all of them."""

import importlib
import pkgutil


def load():
    """load() imports every module of this package, which registers its captures."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
